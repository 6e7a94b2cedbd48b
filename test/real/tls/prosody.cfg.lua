-- Prosody for prober.real.ts; the words between @ are filled in.
pidfile = "@DIRECTORY@/prosody.pid"
run_as_root = true
data_path = "@DIRECTORY@"
interfaces = { "127.0.0.1" }
c2s_ports = { @CLIENT@ }
s2s_ports = { @SERVER@ }
certificates = "@DIRECTORY@"
modules_enabled = { "saslauth", "tls", "dialback" }
modules_disabled = { "s2s_auth_dane" }
authentication = "internal_hashed"
c2s_require_encryption = true
s2s_require_encryption = true
s2s_secure_auth = false
log = { { levels = { min = "error" }, to = "console" } }
ssl = { certificate = "@DIRECTORY@/rsa.pem", key = "@DIRECTORY@/rsa.key" }
VirtualHost "example.test"
