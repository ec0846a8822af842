import { configFile, directory, type Package, program, programs, unitFile } from '../package';
import { webServer } from './httpd';

const appstream = { architecture: 'x86_64', repository: 'appstream' } as const;

/** Services that a cluster makes highly available, and everyday tools of administrators. */
export const services: readonly Package[] = [
  ...webServer,
  {
    ...appstream,
    name: 'nginx',
    version: '1:1.20.1-14.el9',
    download: 40,
    installed: 160,
    summary: 'A high performance web server and reverse proxy server',
    license: 'BSD',
    groups: [{ name: 'nginx', gid: 987 }],
    users: [
      {
        name: 'nginx',
        uid: 988,
        group: 'nginx',
        comment: 'Nginx web server',
        home: '/var/lib/nginx',
        shell: '/sbin/nologin',
      },
    ],
    files: [
      program('/usr/sbin/nginx', 'nginx'),
      directory('/etc/nginx'),
      directory('/etc/nginx/conf.d'),
      directory('/usr/share/nginx/html'),
      configFile(
        '/etc/nginx/nginx.conf',
        'user nginx;\nworker_processes auto;\nerror_log /var/log/nginx/error.log;\npid /run/nginx.pid;\nevents {\n    worker_connections 1024;\n}\nhttp {\n    server {\n        listen       80;\n        server_name  _;\n        root         /usr/share/nginx/html;\n    }\n}\n',
      ),
      unitFile(
        'nginx.service',
        '[Unit]\nDescription=The nginx HTTP and reverse proxy server\nAfter=network-online.target remote-fs.target nss-lookup.target\nWants=network-online.target\n\n[Service]\nType=forking\nPIDFile=/run/nginx.pid\nExecStartPre=/usr/bin/rm -f /run/nginx.pid\nExecStartPre=/usr/sbin/nginx -t\nExecStart=/usr/sbin/nginx\nExecReload=/usr/sbin/nginx -s reload\nKillSignal=SIGQUIT\nTimeoutStopSec=5\nKillMode=mixed\nPrivateTmp=true\n\n[Install]\nWantedBy=multi-user.target\n',
      ),
    ],
  },
  {
    ...appstream,
    name: 'tmux',
    version: '3.2a-4.el9',
    repository: 'baseos',
    download: 476,
    installed: 1100,
    summary: 'A terminal multiplexer',
    license: 'ISC and BSD',
  },
  {
    ...appstream,
    name: 'git',
    version: '2.39.1-1.el9',
    download: 61,
    installed: 66,
    summary: 'Fast Version Control System',
    license: 'GPLv2',
  },
  {
    ...appstream,
    name: 'jq',
    version: '1.6-14.el9',
    download: 187,
    installed: 380,
    summary: 'Command-line JSON processor',
    license: 'MIT and ASL 2.0 and CC-BY and GPLv3',
    files: programs('/usr/bin', 'jq'),
  },
  {
    ...appstream,
    name: 'tree',
    version: '1.8.0-10.el9',
    repository: 'baseos',
    download: 56,
    installed: 120,
    summary: 'File system tree viewer',
    license: 'GPLv2+',
    files: programs('/usr/bin', 'tree'),
  },
  {
    ...appstream,
    name: 'bc',
    version: '1.07.1-14.el9',
    repository: 'baseos',
    download: 124,
    installed: 240,
    summary: "GNU's bc (a numeric processing language) and dc (a calculator)",
    license: 'GPLv2+',
    files: programs('/usr/bin', 'bc'),
  },
];
