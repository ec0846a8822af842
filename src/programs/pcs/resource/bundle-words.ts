import { BadCall } from '../router';
import { groupByKeywords, parseOptions, wordsOf } from '../text';

type Options = Map<string, string>;

/** The parts that bundle commands have in common. */
interface Parts {
  readonly container: Options;
  readonly network: Options;
  readonly meta: Options;
}

/** What `bundle create` and `bundle reset` ask for. */
export interface BundleWords extends Parts {
  /** `docker` …; undefined where the container's first word is an option already. */
  readonly type: string | undefined;
  readonly portMaps: readonly Options[];
  readonly storageMaps: readonly Options[];
}

/** What `bundle update` asks for. */
export interface BundleChange extends Parts {
  readonly ports: MapChange;
  readonly storages: MapChange;
}

export interface MapChange {
  readonly added: readonly Options[];
  readonly removed: readonly string[];
}

const KEYWORDS = ['container', 'network', 'port-map', 'storage-map', 'meta'];

/** Cuts the words at the keywords; a keyword without anything behind it is an error. */
function cut(words: readonly string[]): Map<string, string[][]> {
  const groups = groupByKeywords(words, KEYWORDS);
  if (wordsOf(groups, '').length > 0) throw new BadCall();
  const empty =
    ['meta', 'container', 'network'].find((key) => groups.has(key) && wordsOf(groups, key).length === 0) ??
    ['port-map', 'storage-map'].find((key) => groups.get(key)?.some((group) => group.length === 0));
  if (empty !== undefined) throw new BadCall(`No ${empty} options specified`);
  return groups;
}

const optionsOf = (groups: ReadonlyMap<string, string[][]>, key: string): Options => parseOptions(wordsOf(groups, key));

/** `typed`: the container's first word may be its type. */
export function parseBundle(words: readonly string[], typed: boolean): BundleWords {
  const groups = cut(words);
  const container = wordsOf(groups, 'container');
  const type = typed && container[0]?.includes('=') === false ? container.shift() : undefined;
  return {
    type,
    container: parseOptions(container),
    network: optionsOf(groups, 'network'),
    portMaps: (groups.get('port-map') ?? []).map((group) => parseOptions(group)),
    storageMaps: (groups.get('storage-map') ?? []).map((group) => parseOptions(group)),
    meta: optionsOf(groups, 'meta'),
  };
}

export function parseBundleChange(words: readonly string[]): BundleChange {
  const groups = cut(words);
  return {
    ports: mapChange('port-map', groups.get('port-map') ?? []),
    storages: mapChange('storage-map', groups.get('storage-map') ?? []),
    container: optionsOf(groups, 'container'),
    network: optionsOf(groups, 'network'),
    meta: optionsOf(groups, 'meta'),
  };
}

function mapChange(keyword: string, groups: readonly string[][]): MapChange {
  const added: Options[] = [];
  const removed: string[] = [];
  for (const [verb, ...rest] of groups) {
    const known = verb === 'add' || verb === 'delete' || verb === 'remove';
    if (!known || rest.length === 0) {
      throw new BadCall(
        `When using '${keyword}' you must specify either 'add' and options or either of 'delete' or 'remove' and id(s)`,
      );
    }
    if (verb === 'add') added.push(parseOptions(rest));
    else removed.push(...rest);
  }
  return { added, removed };
}
