/** Renderers that draw with the main processor: Chromium's, Mesa's, and Windows'. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let fast: boolean | null = null;

/**
 * Whether WebGL 2 is drawn by a graphics processor. Drawn by the main one it takes several times as long for every
 * frame as the terminal's plain elements do.
 */
export function graphicsAreFast(): boolean {
  fast ??= look();
  return fast;
}

function look(): boolean {
  const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (!context) return false;
  const names = context.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = context.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : context.RENDERER);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return !SOFTWARE.test(String(renderer));
}
