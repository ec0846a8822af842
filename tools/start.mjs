// `npm start`: builds the page, serves it, and opens it in a browser.
import { spawn } from 'node:child_process';

function vite(...words) {
  return new Promise((resolve) => {
    spawn('npx', ['vite', ...words], { stdio: 'inherit' }).on('exit', (status) => resolve(status ?? 1));
  });
}

const built = await vite('build', '--logLevel', 'warn');
process.exitCode = built === 0 ? await vite('preview', '--open', ...process.argv.slice(2)) : built;
