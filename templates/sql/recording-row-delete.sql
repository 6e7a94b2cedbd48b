DELETE FROM mtg.configuration
  WHERE SERVER_ID = {{serverId}} AND CONFIGURATION_KEY = {{key}} AND CONFIGURATION_VALUE = {{value}};
