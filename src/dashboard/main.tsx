import { render } from 'preact';
import { Dashboard } from './page.tsx';
import { host } from './store.ts';
import './style.css';

render(<Dashboard />, document.querySelector('#page')!);
void host.ready();
