import type { NodeScore, ResourceExplanation } from '../../pacemaker/explain/index';
import type { ScoreTerm } from '../../pacemaker/scheduler/score-terms';
import type { WhyWords } from './en';
import { shortNode, termValue } from './sentence';

const keyOf = ({ kind, from, other }: ScoreTerm): string => `${kind} ${from} ${other}`;

interface Row {
  readonly key: string;
  readonly label: string;
  readonly values: readonly (readonly ScoreTerm[])[];
}

/** One row a term, the nodes' scores of it beside each other. */
function rowsOf(scores: readonly NodeScore[], words: WhyWords): Row[] {
  const rows = new Map<string, string>();
  for (const { terms } of scores)
    for (const term of terms) rows.set(keyOf(term), words.term[term.kind](term.from ?? '', term.other ?? ''));
  return [...rows].map(([key, label]) => ({
    key,
    label,
    values: scores.map(({ terms }) => terms.filter((term) => keyOf(term) === key)),
  }));
}

function plainScore(score: number | null, words: WhyWords): string {
  if (score === null) return '–';
  if (score >= 1_000_000) return words.infinity;
  return score <= -1_000_000 ? `−${words.infinity}` : String(score).replace('-', '−');
}

/** The score of every node with what it is made of; the chosen one is marked. */
export function ScoreTable({ explanation, words }: { explanation: ResourceExplanation; words: WhyWords }) {
  const { scores, promotion, id, scoresOf } = explanation;
  const caption = scoresOf === id ? words.scores : words.scoresOf(scoresOf);
  if (scores.length === 0) return <p className="why-none">{words.noScores}</p>;
  const isOut = ({ obstacle, score }: NodeScore) => obstacle !== null || (score !== null && score < 0);
  const cell = (each: NodeScore) =>
    [each.chosen && 'is-chosen', isOut(each) && !each.chosen && 'is-out'].filter(Boolean).join(' ');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: many nodes scroll sideways by keyboard
    <section className="why-scores" tabIndex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <td />
            {scores.map((each) => (
              <th scope="col" key={each.node} className={cell(each)}>
                <span className="why-node">{shortNode(each.node)}</span>
                <span className="why-node-state">
                  {each.obstacle
                    ? words.obstacle[each.obstacle]
                    : each.running
                      ? words.runningHere
                      : each.chosen
                        ? words.chosen
                        : ''}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rowsOf(scores, words).map(({ key, label, values }) => (
            <tr key={key}>
              <th scope="row">{label}</th>
              {values.map((terms, index) => {
                const each = scores[index] as NodeScore;
                const low = terms.some(({ value }) => value < 0);
                return (
                  <td
                    key={each.node}
                    className={`${cell(each)} ${terms.length === 0 ? '' : low ? 'is-low' : 'is-high'}`}
                  >
                    {[...new Set(terms.map(({ value }) => termValue(value, words)))].join(' ') || '·'}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.total}</th>
            {scores.map((each) => (
              <td key={each.node} className={cell(each)}>
                {plainScore(each.score, words)}
                {each.chosen && (
                  <svg className="why-choice" viewBox="0 0 12 12" role="img" aria-label={words.chosen}>
                    <path d="M2 6.4l2.8 2.8L10 3.4" />
                  </svg>
                )}
              </td>
            ))}
          </tr>
          {promotion.length > 0 && (
            <tr>
              <th scope="row">{words.promotionScore}</th>
              {scores.map((each) => (
                <td key={each.node} className={cell(each)}>
                  {plainScore(promotion.find(({ node }) => node === each.node)?.score ?? null, words)}
                </td>
              ))}
            </tr>
          )}
        </tfoot>
      </table>
    </section>
  );
}
