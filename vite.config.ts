import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { labs } from './tools/vite-labs.ts';
import { preloads } from './tools/vite-preloads.ts';
import { startWorlds } from './tools/vite-worlds.ts';

export default defineConfig({
  // Relative, so that the built page works at any sub-path of any web server.
  base: './',
  // In the development server the worker's modules go through the page's plugins.
  plugins: [react(), labs(), preloads(), { ...startWorlds(), apply: 'serve' }],
  worker: {
    format: 'es',
    plugins: () => [labs(), startWorlds()],
    // What the engine needs at once comes in one piece: otherwise whatever lazy programs share with it is split off,
    // and dozens of small files load one wave after the worker itself.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'engine', tags: ['$initial'] }] } } },
  },
  build: { target: 'es2023', manifest: true, chunkSizeWarningLimit: 700, assetsInlineLimit: 2048 },
  // Found late, these would make the development server reload the page.
  optimizeDeps: { include: ['fflate', 'idb', 'mutative', 'unbash'] },
  server: { port: 5173, strictPort: false },
  preview: { port: 4173 },
});
