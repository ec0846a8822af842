import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { labs } from './tools/vite-labs.ts';
import { startWorlds } from './tools/vite-worlds.ts';

export default defineConfig({
  // Relative, so that the built page works at any sub-path of any web server.
  base: './',
  plugins: [react(), labs()],
  worker: { format: 'es', plugins: () => [labs(), startWorlds()] },
  build: { target: 'es2023', manifest: true, chunkSizeWarningLimit: 700, assetsInlineLimit: 2048 },
  server: { port: 5173, strictPort: false },
  preview: { port: 4173 },
});
