import { configFile, directory, type Package, programs, symlink, textFile, unitFile } from '../package';

const appstream = { architecture: 'x86_64', repository: 'appstream' } as const;
const VERSION = '2.4.53-11.el9';

const MAIN = `ServerRoot "/etc/httpd"

Listen 80

Include conf.modules.d/*.conf

User apache
Group apache

ServerAdmin root@localhost

#ServerName www.example.com:80

<Directory />
    AllowOverride none
    Require all denied
</Directory>

DocumentRoot "/var/www/html"

<Directory "/var/www">
    AllowOverride None
    Require all granted
</Directory>

<Directory "/var/www/html">
    Options Indexes FollowSymLinks
    AllowOverride None
    Require all granted
</Directory>

<IfModule dir_module>
    DirectoryIndex index.html
</IfModule>

<Files ".ht*">
    Require all denied
</Files>

ErrorLog "logs/error_log"
LogLevel warn

<IfModule log_config_module>
    LogFormat "%h %l %u %t \\"%r\\" %>s %b \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined
    LogFormat "%h %l %u %t \\"%r\\" %>s %b" common
    CustomLog "logs/access_log" combined
</IfModule>

<IfModule alias_module>
    ScriptAlias /cgi-bin/ "/var/www/cgi-bin/"
</IfModule>

<Directory "/var/www/cgi-bin">
    AllowOverride None
    Options None
    Require all granted
</Directory>

<IfModule mime_module>
    TypesConfig /etc/mime.types
    AddType application/x-compress .Z
    AddType application/x-gzip .gz .tgz
    AddType text/html .shtml
    AddOutputFilter INCLUDES .shtml
</IfModule>

AddDefaultCharset UTF-8

<IfModule mime_magic_module>
    MIMEMagicFile conf/magic
</IfModule>

EnableSendfile on

IncludeOptional conf.d/*.conf
`;

const WELCOME = `<LocationMatch "^/+$">
    Options -Indexes
    ErrorDocument 403 /.noindex.html
</LocationMatch>

<Directory /usr/share/httpd/noindex>
    AllowOverride None
    Require all granted
</Directory>

Alias /.noindex.html /usr/share/httpd/noindex/index.html
`;

const TEST_PAGE = `<!DOCTYPE html>
<html lang="en">
  <head>
    <title>HTTP Server Test Page powered by CentOS</title>
  </head>
  <body>
    <h1>HTTP Server <strong>Test Page</strong></h1>
    <p>This page is shown because the web server works and there is no page of its own yet.</p>
  </body>
</html>
`;

const UNIT = `[Unit]
Description=The Apache HTTP Server
Wants=httpd-init.service
After=network.target remote-fs.target nss-lookup.target httpd-init.service
Documentation=man:httpd.service(8)

[Service]
Type=notify
Environment=LANG=C
ExecStart=/usr/sbin/httpd $OPTIONS -DFOREGROUND
ExecReload=/usr/sbin/httpd $OPTIONS -k graceful
KillSignal=SIGWINCH
KillMode=mixed
PrivateTmp=true
OOMPolicy=continue

[Install]
WantedBy=multi-user.target
`;

function modules(names: string): string {
  return names
    .split(/\s+/)
    .map((name) => `LoadModule ${name}_module modules/mod_${name}.so\n`)
    .join('');
}

const BASE_MODULES = `access_compat actions alias allowmethods auth_basic auth_digest authn_anon authn_core authn_file authz_core
  authz_groupfile authz_host authz_user autoindex cache deflate dir dumpio echo env expires ext_filter filter headers
  include info log_config logio macro mime mime_magic negotiation remoteip reqtimeout request rewrite setenvif
  slotmem_shm socache_shmcb status substitute suexec unique_id unixd userdir version vhost_alias watchdog`;

/** The Apache web server. */
export const webServer: readonly Package[] = [
  {
    ...appstream,
    name: 'httpd',
    version: VERSION,
    download: 47,
    installed: 57,
    summary: 'Apache HTTP Server',
    license: 'ASL 2.0',
    url: 'https://httpd.apache.org/',
    requires: ['httpd-core', 'httpd-filesystem', 'system-logos-httpd'],
    files: [unitFile('httpd.service', UNIT), configFile('/etc/httpd/conf.d/welcome.conf', WELCOME)],
  },
  {
    ...appstream,
    name: 'httpd-core',
    version: VERSION,
    download: 1400,
    installed: 4900,
    summary: 'httpd minimal core',
    license: 'ASL 2.0',
    source: `httpd-${VERSION}`,
    requires: ['httpd-tools', 'httpd-filesystem'],
    files: [
      ...programs('/usr/sbin', 'httpd apachectl'),
      directory('/etc/httpd'),
      directory('/etc/httpd/conf'),
      directory('/etc/httpd/conf.d'),
      directory('/etc/httpd/conf.modules.d'),
      directory('/usr/lib64/httpd/modules'),
      directory('/usr/share/httpd'),
      symlink('/etc/httpd/logs', '../../var/log/httpd'),
      symlink('/etc/httpd/modules', '../../usr/lib64/httpd/modules'),
      symlink('/etc/httpd/run', '/run/httpd'),
      configFile('/etc/httpd/conf/httpd.conf', MAIN),
      configFile(
        '/etc/httpd/conf.d/autoindex.conf',
        '<IfModule autoindex_module>\n    IndexOptions FancyIndexing HTMLTable VersionSort\n    IndexIgnore .??* *~ *# HEADER* README* RCS CVS *,v *,t\n</IfModule>\n',
      ),
      configFile('/etc/httpd/conf.d/userdir.conf', '<IfModule mod_userdir.c>\n    UserDir disabled\n</IfModule>\n'),
      configFile('/etc/httpd/conf.modules.d/00-base.conf', modules(BASE_MODULES)),
      configFile('/etc/httpd/conf.modules.d/00-mpm.conf', modules('mpm_event')),
      configFile('/etc/httpd/conf.modules.d/00-systemd.conf', modules('systemd')),
      configFile(
        '/etc/httpd/conf.modules.d/01-cgi.conf',
        '<IfModule mpm_event_module>\n    LoadModule cgid_module modules/mod_cgid.so\n</IfModule>\n',
      ),
      textFile('/etc/sysconfig/htcacheclean', 'INTERVAL=15\nCACHE_ROOT=/var/cache/httpd/proxy\nLIMIT=100M\n'),
    ],
  },
  {
    ...appstream,
    name: 'httpd-filesystem',
    version: VERSION,
    architecture: 'noarch',
    download: 14,
    installed: 1,
    summary: 'The basic directory layout for the Apache HTTP Server',
    license: 'ASL 2.0',
    source: `httpd-${VERSION}`,
    groups: [{ name: 'apache', gid: 48 }],
    users: [
      { name: 'apache', uid: 48, group: 'apache', comment: 'Apache', home: '/usr/share/httpd', shell: '/sbin/nologin' },
    ],
    files: [
      directory('/var/www'),
      directory('/var/www/html'),
      directory('/var/www/cgi-bin'),
      directory('/var/log/httpd', { mode: 0o700 }),
    ],
  },
  {
    ...appstream,
    name: 'httpd-tools',
    version: VERSION,
    download: 81,
    installed: 190,
    summary: 'Tools for use with the Apache HTTP Server',
    license: 'ASL 2.0',
    source: `httpd-${VERSION}`,
  },
  {
    ...appstream,
    name: 'system-logos-httpd',
    version: '90.4-1.el9',
    architecture: 'noarch',
    download: 15,
    installed: 12,
    summary: 'CentOS-related icons and pictures used by httpd',
    license: 'Licensed only for approved usage',
    provides: ['centos-logos-httpd'],
    files: [textFile('/usr/share/testpage/index.html', TEST_PAGE), symlink('/usr/share/httpd/noindex', '../testpage')],
  },
];
