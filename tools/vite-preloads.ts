import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite';

/** What the boot module imports after it has started the engine: the first terminal, then the page around it. */
const PAGES = ['/src/app/first-terminal.ts', '/src/app/main.tsx'];
/** The engine's worker, which nothing has to wait for. */
const WORKER = /\/worker-[^/]*\.js$/;
/** The terminal's face: measured with anything else, its cells would have to be measured and painted twice. */
const FONT = /mono-latin-regular[^/]*\.woff2$/;

/**
 * Starts the engine in index.html, and names there what the boot module is going to ask for anyway, so that all is on
 * its way at once. Addresses are relative: the page may live at any sub-path.
 */
export function preloads(): Plugin {
  return {
    name: 'quorate-preloads',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) => (bundle ? tagsFor(bundle) : []),
    },
  };
}

function tagsFor(bundle: Rolldown.OutputBundle): HtmlTagDescriptor[] {
  const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const needed = new Set<string>();
  const add = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    byName.get(name)?.imports.forEach(add);
  };
  for (const module of PAGES) {
    const page = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(module));
    if (!page) throw new Error(`no chunk is made of ${module}`);
    add(page.fileName);
  }
  const styles = [...needed].flatMap((name) => [...(byName.get(name)?.viteMetadata?.importedCss ?? [])]);
  const fonts = Object.keys(bundle).filter((name) => FONT.test(name));
  const workers = Object.keys(bundle).filter((name) => WORKER.test(name));
  return [
    ...workers.map(startWorker),
    ...[...needed]
      .filter((name) => !byName.get(name)?.isEntry)
      .map((name) => link({ rel: 'modulepreload', crossorigin: true, href: `./${name}` })),
    ...[...new Set(styles)].map((name) => link({ rel: 'preload', as: 'style', crossorigin: true, href: `./${name}` })),
    ...fonts.map((name) =>
      link({ rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: `./${name}` }),
    ),
  ];
}

/** A worker's thread is made by the page's own, which is busy as soon as the page's modules have come. */
const startWorker = (name: string): HtmlTagDescriptor => ({
  tag: 'script',
  children: `window.quorateWorker = new Worker('./${name}', { type: 'module', name: 'quorate' });`,
  injectTo: 'head',
});

const link = (attrs: Record<string, string | boolean>): HtmlTagDescriptor => ({ tag: 'link', attrs, injectTo: 'head' });
