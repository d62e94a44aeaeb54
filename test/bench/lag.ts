/**
 * Across how many steps a symbol is recalled, as a share of fresh sequences (guessing has 25 %), by a vanilla RNN and by
 * LSTMs of the same size: one whose gates begin with the usual biases, and one where they are set for that distance.
 * test/support/recall.ts says what is asked of them.
 *
 *     npm run bench:lag [-- 3 10 30 100]
 */
import { accuracyOf, lstm, vanillaRnn } from '../support/recall.ts';

const asked = process.argv.slice(2).map(Number);
const lags = asked.length > 0 ? asked : [3, 10, 30, 100];

for (const lag of lags) {
  const shares = [];
  for (const learner of [await vanillaRnn(lag), await lstm(lag, 'usual'), await lstm(lag)]) {
    shares.push(`${(100 * (await accuracyOf(learner, lag))).toFixed(1)} %`);
  }
  const [rnn, usual, long] = shares;
  console.log(`${String(lag).padStart(4)} steps: vanilla RNN ${rnn}, LSTM ${usual}, set for that distance ${long}`);
}
