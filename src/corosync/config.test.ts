import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ConfigSection,
  ConfigSyntaxError,
  formatCorosyncConf,
  lastValue,
  newSection,
  parseCorosyncConf,
  setValue,
} from './config';
import { effectiveSettings } from './settings';

const WRITTEN = `totem {
    version: 2
    cluster_name: qcluster
    transport: knet
    crypto_cipher: aes256
    crypto_hash: sha256
    cluster_uuid: ffbc3ae848f44af8985c2a5fdec1bdf5
}

nodelist {
    node {
        ring0_addr: node1.example.com
        name: node1.example.com
        nodeid: 1
    }

    node {
        ring0_addr: node2.example.com
        ring1_addr: 10.0.0.2
        name: node2.example.com
        nodeid: 2
    }
}

quorum {
    provider: corosync_votequorum

    device {
        model: net
        votes: 1

        net {
            algorithm: ffsplit
            host: node5.example.com
        }
    }
}

logging {
    to_logfile: yes
    logfile: /var/log/corosync/corosync.log
    to_syslog: yes
    timestamp: on
}
`;

describe('corosync.conf', () => {
  it('is written as pcs writes it', () => {
    expect(formatCorosyncConf(parseCorosyncConf(WRITTEN))).toBe(WRITTEN);
  });

  it('reads comments, odd blanks and values with colons', () => {
    const config = parseCorosyncConf('# a comment\ntotem{\n\tversion :2\n  key: a:b \n}\n');
    expect(config.sections[0]).toEqual(
      newSection('totem', [
        ['version', '2'],
        ['key', 'a:b'],
      ]),
    );
  });

  it('survives writing and reading, whatever is in it', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
    const section = (depth: number): fc.Arbitrary<ConfigSection> =>
      fc.record({
        name: word,
        values: fc.array(fc.tuple(word, word), { maxLength: 3 }),
        sections: depth === 0 ? fc.constant([]) : fc.array(section(depth - 1), { maxLength: 2 }),
      });
    fc.assert(
      fc.property(fc.array(section(2), { maxLength: 2 }), (sections) => {
        const config = newSection('', [], sections);
        expect(parseCorosyncConf(formatCorosyncConf(config))).toEqual(config);
      }),
      { numRuns: 40 },
    );
  });

  it('says what is wrong and where', () => {
    const problem = (text: string) => {
      try {
        parseCorosyncConf(text);
      } catch (error) {
        return error instanceof ConfigSyntaxError ? [error.problem, error.line] : error;
      }
    };
    expect(problem('totem {\n')).toEqual(['missing-closing-brace', 1]);
    expect(problem('totem {\n}\n}\n')).toEqual(['unexpected-closing-brace', 3]);
    expect(problem('totem {\n xx\n}\n')).toEqual(['line-not-understood', 2]);
  });

  it('changes a value in its place', () => {
    const section = newSection('quorum', [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
    ]);
    setValue(section, 'a', '4');
    setValue(section, 'c', '5');
    setValue(section, 'b', undefined);
    expect(section.values).toEqual([
      ['a', '4'],
      ['c', '5'],
    ]);
    expect(lastValue(section, 'a')).toBe('4');
  });
});

describe('effective settings', () => {
  const settings = (nodes: number, totem = '') => {
    const list = Array.from({ length: nodes }, (_, i) => `node {\nring0_addr: n${i + 1}\nnodeid: ${i + 1}\n}\n`).join(
      '',
    );
    return effectiveSettings(parseCorosyncConf(`totem {\nversion: 2\n${totem}}\nnodelist {\n${list}}\n`));
  };

  it.each([
    [2, 3000, 3600],
    [3, 3650, 4380],
    [4, 4300, 5160],
  ])('scale the token timeout with %i nodes', (nodes, token, consensus) => {
    expect(settings(nodes).totem).toMatchObject({ token, consensus });
  });

  it('derive the other times from the token', () => {
    expect(settings(3).totem).toMatchObject({ tokenRetransmit: 869, hold: 685, tokenWarning: 75 });
    expect(settings(3).totem.interfaces[0]).toMatchObject({ pingInterval: 912, pingTimeout: 1825, port: 5405 });
    expect(settings(3, 'token: 1500\n').totem).toMatchObject({
      token: 2150,
      consensus: 2580,
      tokenRetransmit: 511,
      hold: 398,
    });
  });

  it('let two_node imply wait_for_all unless that is off', () => {
    const quorum = (text: string) =>
      effectiveSettings(parseCorosyncConf(`quorum {\nprovider: corosync_votequorum\n${text}}\n`)).quorum;
    expect(quorum('two_node: 1\n').waitForAll).toBe(true);
    expect(quorum('two_node: 1\nwait_for_all: 0\n').waitForAll).toBe(false);
  });
});
