/** One line of a recorded scenario's source (`*.scn`). */
export type ScenarioLine =
  | {
      readonly kind: 'step';
      /** `~`: run, but not recorded. */
      readonly quiet: boolean;
      readonly user: string;
      readonly node: string;
      /** Seconds after which the recorder stopped it. */
      readonly limit: number;
      readonly stdin: string;
      readonly command: string;
    }
  | { readonly kind: 'directive'; readonly name: string; readonly argument: string };

const stepLine = /^(~)?(?:(\w+)@)?(node\d)(?:\[(\d+)\])?(?:<("(?:[^"\\]|\\.)*"))?\$ (.*)$/;

/** Reads a scenario's source: steps and directives; comments are left out. */
export function parseScenario(text: string): ScenarioLine[] {
  return text.split('\n').flatMap((raw): ScenarioLine[] => {
    const line = raw.trimEnd();
    if (line === '' || line.startsWith('# ')) return [];
    if (line.startsWith('!')) {
      const space = line.indexOf(' ');
      return [
        {
          kind: 'directive',
          name: space < 0 ? line.slice(1) : line.slice(1, space),
          argument: space < 0 ? '' : line.slice(space + 1),
        },
      ];
    }
    const match = stepLine.exec(line);
    if (!match) throw new Error(`not a scenario line: ${line}`);
    return [
      {
        kind: 'step',
        quiet: match[1] !== undefined,
        user: match[2] ?? 'root',
        node: match[3] as string,
        limit: Number(match[4] ?? 120),
        stdin: match[5] === undefined ? '' : (JSON.parse(match[5]) as string),
        command: match[6] as string,
      },
    ];
  });
}
