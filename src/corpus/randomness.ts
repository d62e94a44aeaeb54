/**
 * Tells values that were drawn at random, or that people choose as passwords, from names, paths, versions and other
 * things that code puts between quotes.
 */

/** Shannon entropy of a text's own character frequencies, in bits per character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

const technicalTerms =
  /base-?(?:32|58|64)|utf-?(?:8|16|32)|(?:hmac|rsa|aes|ecdsa|hs|rs|es|ps)?[-_]?sha-?\d{1,3}|[hrep]s(?:256|384|512)|md[45]|aes-?\d{3}|ed25519|x25519|secp\d{3}[kr]1|pbkdf2|argon2(?:id|i|d)?|oauth-?\d(?:\.0)?|x509|pkcs-?\d{1,2}|sha\d|i18n|l10n|k8s|s3|ipv[46]|h264|http2?|win32|x86_64|latin1|ascii\d?/gi;
const word = /^(?:[A-Za-z]{3,}\d{0,4}|[A-Za-z]{0,2}\d{0,2}|[vr]?\d{1,4})$/;

/**
 * For each letter, those that follow it in 98.5 % of the letter pairs of English identifiers and documentation (counted
 * on rxjs, TypeScript's and Node's declarations and READMEs). Of pairs drawn at random, they are half.
 */
const pairs = new Set(
  (
    'aabcdefgiklmnprstuvwxy baceijlorstuy cacdehiklmoprstuy dabdefgilnoprstuy eabcdefghijklmnopqrstuvwxy faefilorstuy ' +
    'gacefghilmnoprstu haeimorstuy iabcdefgklmnoprstvxz jaeosu kaeins labcdefilmopstuvy mabeilmopsu ' +
    'nacdefghiklmnoprstuvy oabcdefgiklmnoprstuvwx padehilmoprstuy qu rabcdefgiklmnoprstuvwy sacefhiklmnoprstuvwy ' +
    'tacdefhilmnoprstuwy uabcdefgilmnoprst vaegio waehinors xaceipt ycefilmnops zaei'
  )
    .split(' ')
    .flatMap(([first, ...followers]) => followers.map((follower) => `${first}${follower}`)),
);

/** Whether a value is made of words, as in `camelCase2`, `kebab-case`, `a.path/to`, `user@host.org`, `1.2.3-beta`. */
export function isWordy(value: string): boolean {
  const plain = value.replace(technicalTerms, ' ');
  const parts = humps(plain);
  return parts.every((part) => word.test(part)) && !isChoppy(parts) && !isUnpronounceable(plain, 6);
}

/** Whether parts are shorter than words are on average. */
function isChoppy(parts: readonly string[]): boolean {
  const lettered = parts.filter((part) => /[A-Za-z]/.test(part));
  const length = lettered.reduce((sum, part) => sum + part.length, 0);
  return lettered.length >= 4 && length / lettered.length < 3;
}

function humps(value: string): string[] {
  const spaced = value.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  return spaced.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
}

/** Whether more than a quarter of the letter pairs, which must be `least` or more, are pairs that words do not have. */
export function isUnpronounceable(value: string, least = 8): boolean {
  let count = 0;
  let strange = 0;
  for (const part of humps(value).flatMap((hump) => hump.toLowerCase().split(/\d+/))) {
    for (let index = 1; index < part.length; index++) {
      count++;
      if (!pairs.has(part.slice(index - 1, index + 1))) strange++;
    }
  }
  return count >= least && 4 * strange > count;
}

const hexadecimal = /^(?:0x)?[0-9a-f]+$/i;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Whether a run of letters, digits and base64's symbols is a key: 16 or more hexadecimal digits, or 16 or more of the
 * larger alphabet, as evenly mixed as random ones nearly always are. In paths and kebab-case, most parts are words.
 */
export function isKeyMaterial(run: string): boolean {
  if (run.length < 16 || !/\d/.test(run) || !/[A-Za-z]/.test(run)) return false;
  if (hexadecimal.test(run)) return entropy(run) > 2.5;
  if (uuid.test(run)) return true;
  const strange = run.split(/[^A-Za-z0-9]+/).filter((part) => !/^\d+$/.test(part) && !isWordy(part));
  const strangeLength = strange.reduce((length, part) => length + part.length, 0);
  return strangeLength >= 10 && 2 * strangeLength > run.length && entropy(run) > 3;
}
