import type { ExclusionReason } from './exclusions.ts';

/** Folders that hold other people's code, a tool's private data or what a build wrote, by name, at any depth. */
const excludedFolders = new Set([
  ...['node_modules', 'bower_components', 'jspm_packages', 'site-packages', 'Pods', 'Carthage', 'elm-stuff'],
  ...['.git', '.hg', '.svn', '.bzr', '.jj', '_darcs', 'CVS', '.pijul', '.fslckout'],
  ...['dist', 'out', 'build', '_build', 'target', 'coverage', 'htmlcov', 'DerivedData', '.build', 'obj'],
  ...['.next', '.nuxt', '.output', '.svelte-kit', '.astro', '.docusaurus', '.vercel', '.netlify', '.serverless'],
  ...['.cache', '.parcel-cache', '.turbo', '.nx', '.yarn', '.pnpm-store', '.npm', '.rollup.cache', '.angular'],
  ...['.venv', 'venv', '__pycache__', '.tox', '.nox', '.mypy_cache', '.pytest_cache', '.ruff_cache', '.eggs'],
  ...['.ipynb_checkpoints', '.gradle', '.terraform', '.dart_tool', '.stack-work', '.nyc_output', '.vscode-test'],
  ...['.idea', '.vs', '.metals', '.bloop', '.ccls-cache', '.clangd', '.Trash', '__MACOSX'],
]);

/** Folders where programs keep nothing but keys and credentials. */
const secretFolders = new Set(['.ssh', '.gnupg', '.password-store']);

/** Credential files that are known by the folder they lie in. */
const secretPlaces: Readonly<Record<string, RegExp>> = {
  '.aws': /^(?:credentials|config)$/,
  '.docker': /^config\.json$/,
  '.kube': /^config/,
  '.azure': /token|profile|credential/i,
  '.config': /^(?:hub|gh|hosts\.yml)$/,
};

const lockFile =
  /[.-]lock(?:\.(?:json|ya?ml|toml|hcl))?$|\.lock(?:b|file)$|^(?:npm-shrinkwrap\.json|go\.sum|Package\.resolved|cabal\.project\.freeze|\.pnp\.c?js)$/i;

const sourceMap = /\.map$/i;

/** `jquery.min.js`, `app-min.css`, `main.3f2a1b9c.chunk.js`, `vendor.bundle.js`. */
const minifiedName = /[.-]min\.(?:[cm]?js|css|html|svg|json)$|\.(?:bundle|chunk)\.[cm]?js$/i;

const binaryExtension = new RegExp(
  `\\.(?:${[
    'png jpe?g gif bmp ico icns webp avif heic tiff? psd eps xcf sketch fig',
    'mp3 wav ogg flac m4a aac mid mp4 m4v mov avi mkv webm wmv flv',
    'zip gz tgz bz2 xz zst lz4 7z rar tar jar war ear apk ipa aab deb rpm dmg iso msi cab nupkg vsix whl egg crate gem',
    'exe dll so dylib lib a o obj bin class pyc pyo pyd wasm node elc beam ko elf pdb ilk',
    'woff2? ttf otf eot pdf docx? xlsx? pptx? odt ods odp epub mobi djvu',
    'sqlite3? db mdb accdb parquet arrow feather avro orc npy npz h5 hdf5 mat rds rdata pkl pickle pt pth onnx',
    'safetensors gguf ggml ckpt tflite pb joblib blend fbx glb stl 3ds dwg swf unitypackage uasset',
  ]
    .join(' ')
    .split(' ')
    .join('|')})$`,
  'i',
);

/** Names of files whose whole purpose is to hold secrets: environments, key stores, credentials. */
const secretNames: readonly RegExp[] = [
  /^\.env(?:\..*|rc)?$|^\.env[-_].*|\.env$/i,
  /\.(?:pem|key|p12|pfx|p8|pk8|jks|jceks|bcfks|keystore|truststore|ppk|kdbx?|ovpn|gpg|agekey|keychain)$/i,
  /^id_(?:rsa|dsa|ecdsa|ed25519|xmss)(?:_sk)?(?:[._-].*)?$/i,
  /^(?:ssh_host_.*_key|authorized_keys)$/i,
  /^[._](?:npmrc|yarnrc|pypirc|netrc|pgpass|my\.cnf|mylogin\.cnf|git-credentials|htpasswd|htdigest|dockercfg|s3cfg|boto|vault-token|pass|rhosts)$/i,
  /^\.(?:bash|zsh|sh|python|node_repl|psql|mysql|rediscli|sqlite|irb)_history$|^fish_history$/i,
  /^(?:credentials?|secrets?|passwords?|passwd|shadow|htpasswd|kubeconfig|pgpass\.conf)$/i,
  /^(?:[a-z0-9_-]+[._-])?(?:credentials?|secrets?|passwords?)\.(?:json|ya?ml|toml|ini|cfg|conf|properties|xml|txt|csv|env|enc|plist|tfvars)$/i,
  /^(?:client_secret|service[-_]?account|firebase-adminsdk|gcp-key|google-credentials|application_default_credentials).*\.json$/i,
  /^.*-firebase-adminsdk-.*\.json$/i,
  /\.tfstate(?:\..*)?$|\.tfvars(?:\.json)?$|\.kubeconfig$|\.publishsettings$|\.mobileprovision$/i,
  /^local\.settings\.json$|^\.yarnrc\.yml$|^master\.key$|^wp-config\.php$|^terraform\.rc$|^\.terraformrc$/i,
];

/** Whether a folder of this name is left out wherever it lies below the scanned one, and why. */
export function reasonAgainstFolder(name: string): ExclusionReason | undefined {
  if (secretFolders.has(name)) return 'secret-file';
  return excludedFolders.has(name) ? 'default-excluded' : undefined;
}

/**
 * Whether a file is left out for its name alone, and why.
 *
 * @param folderName the name of the folder it lies in.
 */
export function reasonAgainstFile(name: string, folderName: string): ExclusionReason | undefined {
  if (secretNames.some((pattern) => pattern.test(name)) || secretPlaces[folderName]?.test(name)) return 'secret-file';
  // Of a linked worktree or a submodule: it names places of this machine.
  if (/^\.git$/i.test(name)) return 'default-excluded';
  if (lockFile.test(name)) return 'lock-file';
  if (sourceMap.test(name)) return 'source-map';
  if (minifiedName.test(name)) return 'minified';
  return binaryExtension.test(name) ? 'binary' : undefined;
}

/** Whether a file is left out for its name, or that of a folder that it lies in, and why. */
export function reasonAgainstPath(path: string): ExclusionReason | undefined {
  const folders = path.split('/');
  const name = folders.pop()!;
  for (const folder of folders) {
    const reason = reasonAgainstFolder(folder);
    if (reason !== undefined) return reason;
  }
  return reasonAgainstFile(name, folders.at(-1) ?? '');
}

/**
 * Whether a name cannot be part of a document's header: it holds control characters, line separators or U+FFFD, which
 * is what a name that is not UTF-8 is read as (and under which the file could not be opened).
 */
export function isStrangeName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd]|\p{Cs}/u.test(name);
}
