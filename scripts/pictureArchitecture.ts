/**
 * Draws docs/pictures/architecture.svg from the imports of src: who knows whom.
 *
 *     npm run picture:architecture
 */
import { writeFileSync } from 'node:fs';
import { drawArchitecture, importsOfSource } from './architecture.ts';

const target = new URL('../docs/pictures/architecture.svg', import.meta.url);
writeFileSync(target, await drawArchitecture(await importsOfSource()));
