SELECT 'strictstep-value=' || CONFIGURATION_VALUE FROM mtg.configuration
  WHERE SERVER_ID = {{serverId}} AND CONFIGURATION_KEY = {{key}};
SELECT 'strictstep-end' FROM SYSIBM.SYSDUMMY1;
