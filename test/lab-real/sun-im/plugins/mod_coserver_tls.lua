-- iim_server.<coserver>.requiressl for Prosody, which has one switch for all servers: with the domains in coserver_tls_domains
-- nothing but TLS is spoken, in both directions.
local stanza = require "util.stanza";
local starttls_namespace = "urn:ietf:params:xml:ns:xmpp-tls";
local domains = module:get_option_set("coserver_tls_domains", {});

module:hook("s2s-stream-features", function (event)
	local session, features = event.origin, event.features;
	if session.secure or not domains:contains(session.from_host) then return; end
	-- The element of mod_tls is one for all streams: a copy of it is changed.
	features:maptags(function (tag)
		if tag.name ~= "starttls" or tag:get_child("required") then return tag; end
		return stanza.clone(tag):tag("required"):up();
	end);
end, -100);

local function refuse(event)
	local session, from = event.origin, event.stanza.attr.from;
	if session.secure or not domains:contains(from) then return; end
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
