import { engine } from './engine';
import { useSession } from './session';

function download(name: string, data: BlobPart, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([data], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const stamp = () => new Date().toISOString().slice(0, 16).replace(/[-:]/g, '').replace('T', '-');

/** Hands the present world to the user as a file. */
export async function exportWorld(): Promise<void> {
  const bytes = await engine().ask('export', null);
  download(`quorate-${useSession.getState().view.world}-${stamp()}.json.gz`, new Uint8Array(bytes), 'application/gzip');
}

/** Asks for a file and puts its world in place. */
export function importWorld(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,.gz,application/json,application/gzip';
  input.onchange = async () => {
    const file = input.files?.[0];
    if (!file) return;
    const { error } = await engine().ask('import', { bytes: new Uint8Array(await file.arrayBuffer()) });
    if (error !== null) useSession.setState({ trouble: { kind: 'import', message: error, detail: file.name } });
  };
  input.click();
}

/** Hands over the saved text that can't be read, as it is. */
export async function exportBroken(): Promise<void> {
  const text = await engine().ask('broken.export', null);
  if (text !== null) download(`quorate-broken-${stamp()}.json`, text, 'application/json');
}

export async function discardBroken(): Promise<void> {
  await engine().ask('broken.discard', null);
  useSession.setState({ trouble: null });
}
