/** Modules that the server's packages bring. */
export const MODULES: ReadonlySet<string> = new Set(
  `access_compat actions alias allowmethods auth_basic auth_digest authn_anon authn_core authn_dbd authn_dbm authn_file
  authn_socache authz_core authz_dbd authz_dbm authz_groupfile authz_host authz_owner authz_user autoindex brotli
  buffer cache cache_disk cache_socache cern_meta cgi cgid charset_lite core data dav dav_fs dav_lock dbd deflate dialup
  dir dumpio echo env expires ext_filter file_cache filter headers heartbeat heartmonitor http http2 include info
  lbmethod_bybusyness lbmethod_byrequests lbmethod_bytraffic lbmethod_heartbeat log_config log_debug log_forensic
  logio lua macro mime mime_magic mpm_event mpm_prefork mpm_worker negotiation proxy proxy_ajp proxy_balancer
  proxy_connect proxy_express proxy_fcgi proxy_fdpass proxy_ftp proxy_http proxy_http2 proxy_scgi proxy_uwsgi
  proxy_wstunnel ratelimit reflector remoteip reqtimeout request rewrite sed setenvif slotmem_plain slotmem_shm so
  socache_dbm socache_memcache socache_redis socache_shmcb speling ssl status substitute suexec systemd unique_id unixd
  userdir usertrack version vhost_alias watchdog`.split(/\s+/),
);

/** Directives and sections that are known, in lower case. */
export const COMMANDS: ReadonlySet<string> = new Set(
  `acceptfilter acceptpathinfo accessfilename action addalt addaltbyencoding addaltbytype addcharset adddefaultcharset
  adddescription addencoding addhandler addicon addiconbyencoding addiconbytype addinputfilter addlanguage
  addoutputfilter addoutputfilterbytype addtype alias aliasmatch allow allowencodedslashes allowmethods allowoverride
  authbasicprovider authgroupfile authname authtype authuserfile authmerging browsermatch browsermatchnocase
  contentdigest coredumpdirectory customlog dav davlockdb defaultlanguage defaultruntimedir defaulttype define deflatecompressionlevel deny
  directoryindex directoryslash documentroot enablemmap enablesendfile errordocument errorlog errorlogformat
  expiresactive expiresbytype expiresdefault extendedstatus fallbackresource fileetag forcetype gracefulshutdowntimeout
  group headername header hostnamelookups include includeoptional indexignore indexoptions indexorderdefault
  keepalive keepalivetimeout languagepriority forcelanguagepriority limitrequestbody limitrequestfields
  limitrequestfieldsize limitrequestline listen listenbacklog loadfile loadmodule logformat loglevel
  maxclients maxconnectionsperchild maxkeepaliverequests maxrequestsperchild maxrequestworkers maxspareservers
  maxsparethreads mimemagicfile minspareservers minsparethreads mutex namevirtualhost options order passenv php_value
  php_admin_value php_flag pidfile protocols proxypass proxypassmatch proxypassreverse proxypreservehost proxyrequests
  proxytimeout readmename redirect redirectmatch redirectpermanent redirecttemp removehandler removetype
  requestheader requestreadtimeout require rewritebase rewritecond rewriteengine rewriterule satisfy scoreboardfile
  scriptalias scriptaliasmatch scriptsock seerequesttail serveradmin serveralias serverlimit servername serverpath
  serverroot serversignature servertokens setenv setenvif setenvifnocase sethandler setinputfilter setoutputfilter
  sslcertificatefile sslcertificatekeyfile sslcertificatechainfile sslcacertificatefile sslciphersuite
  sslcryptodevice sslengine sslhonorcipherorder ssloptions sslpassphrasedialog sslprotocol sslproxyciphersuite
  sslproxyprotocol sslrandomseed sslsessioncache sslsessioncachetimeout sslverifyclient startservers suexec
  threadlimit threadsperchild timeout traceenable transferlog typesconfig undefine unsetenv usecanonicalname user
  userdir virtualdocumentroot xbithack
  <directory <directorymatch <else <elseif <files <filesmatch <if <ifdefine <ifmodule <ifversion <limit
  <limitexcept <location <locationmatch <proxy <requireall <requireany <requirenone <virtualhost`.split(/\s+/),
);
