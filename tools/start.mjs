// `npm start`: serves the page from its sources and opens it in a browser.
import { spawn } from 'node:child_process';

const server = spawn('npx', ['vite', '--open', ...process.argv.slice(2)], { stdio: 'inherit' });
server.on('exit', (status) => process.exit(status ?? 1));
