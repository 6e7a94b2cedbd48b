-- iim_server.<coserver>.requiressl for Prosody, which has one switch for all servers: with the domains in coserver_tls_domains
-- nothing but TLS is spoken, in both directions.
local starttls_namespace = "urn:ietf:params:xml:ns:xmpp-tls";
local domains = module:get_option_set("coserver_tls_domains", {});

module:hook("s2s-stream-features", function (event)
	local session, features = event.origin, event.features;
	if session.secure or not domains:contains(session.from_host) then return; end
	local starttls = features:get_child("starttls", starttls_namespace);
	if starttls and not starttls:get_child("required") then starttls:tag("required"):up(); end
end, -100);

local function refuse(event)
	local session, stanza = event.origin, event.stanza;
	if session.secure or not domains:contains(stanza.attr.from) then return; end
	session:close({ condition = "policy-violation", text = "this server has to use TLS" });
	return true;
end
module:hook("stanza/jabber:server:dialback:result", refuse, 100);
module:hook("stanza/jabber:server:dialback:verify", refuse, 100);

module:hook("stanza/http://etherx.jabber.org/streams:features", function (event)
	local session, features = event.origin, event.stanza;
	if session.type ~= "s2sout_unauthed" or session.secure or not domains:contains(session.to_host) then return; end
	if features:get_child("starttls", starttls_namespace) then return; end
	session:close({ condition = "policy-violation", text = "no TLS is offered" });
	return true;
end, 600);
