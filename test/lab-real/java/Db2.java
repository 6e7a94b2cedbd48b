// The db2 command line over Derby's network server: options -x -s -t -v -f, one invocation is one connection, return codes
// 0 done, 1 no row, 4 SQL error, 8 error of the command line, combined by or. Message texts: IBM DB2 message reference.
// arguments: JDBC address without the name of the database, name of the database, then the command line
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.sql.*;
import java.util.*;
import java.util.regex.*;

public class Db2 {
  static final Map<String, String> MESSAGES = Map.of(
      "42X05", "SQL0204N  \"%s\" is an undefined name.  SQLSTATE=42704",
      "42X04", "SQL0206N  \"%s\" is not valid in the context where it is used.  SQLSTATE=42703",
      "23505", "SQL0803N  One or more values in the INSERT statement, UPDATE statement, or foreign key update caused by a DELETE statement are not valid because the primary key, unique constraint or unique index identified by \"1\" constrains table \"MTG.CONFIGURATION\" from having duplicate values for the index key.  SQLSTATE=23505");
  static final Pattern CONNECT =
      Pattern.compile("connect to (\\S+)(?: user (\\S+) using (\\S+))?", Pattern.CASE_INSENSITIVE);
  static final StringBuilder flags = new StringBuilder();
  static String address, database;
  static Connection connection;

  public static void main(String[] args) throws Exception {
    address = args[0];
    database = args[1];
    String file = null;
    int at = 2;
    for (; at < args.length && args[at].startsWith("-"); at++) {
      int f = args[at].indexOf('f');
      flags.append(f < 0 ? args[at] : args[at].substring(0, f));
      if (f >= 0) file = f + 1 < args[at].length() ? args[at].substring(f + 1) : args[++at];
    }
    String sql = String.join(" ", Arrays.copyOfRange(args, at, args.length));
    if (file != null) {
      try {
        sql = Files.readString(Path.of(file));
      } catch (IOException missing) {
        System.out.println("DB21002E  The file \"" + file + "\" could not be read.");
        System.exit(8);
      }
    } else if (sql.isEmpty()) sql = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    int code = 0;
    for (String statement : has('t') ? split(sql) : Arrays.asList(sql.split("\n"))) {
      if (statement.isBlank()) continue;
      if (has('v')) System.out.println(statement);
      int one = execute(statement.trim());
      code |= one;
      if (one >= 4 && has('s')) break;
    }
    System.out.flush();
    System.exit(code);
  }

  static boolean has(char flag) {
    return flags.indexOf(String.valueOf(flag)) >= 0;
  }

  static List<String> split(String text) {
    List<String> all = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    char quote = 0;
    for (int at = 0; at < text.length(); at++) {
      char sign = text.charAt(at);
      if (quote == 0 && sign == '-' && text.startsWith("--", at)) {
        at = text.indexOf('\n', at) < 0 ? text.length() : text.indexOf('\n', at) - 1;
        continue;
      }
      if (quote == 0 && sign == ';') {
        all.add(current.toString());
        current.setLength(0);
        continue;
      }
      if (quote == sign) quote = 0;
      else if (quote == 0 && (sign == '\'' || sign == '"')) quote = sign;
      current.append(sign);
    }
    all.add(current.toString());
    return all;
  }

  static int execute(String statement) throws Exception {
    String command = statement.replaceAll("\\s+", " ");
    Matcher connect = CONNECT.matcher(command);
    if (connect.matches()) return connectTo(connect.group(1), connect.group(2), connect.group(3));
    if (command.equalsIgnoreCase("connect reset") || command.equalsIgnoreCase("terminate")) {
      connection = null;
      System.out.println("DB20000I  The " + command.toUpperCase() + " command completed successfully.");
      return 0;
    }
    if (connection == null) return error("SQL1024N  A database connection does not exist.  SQLSTATE=08003");
    try (Statement prepared = connection.createStatement()) {
      if (prepared.execute(statement)) return rows(prepared.getResultSet());
      if (prepared.getUpdateCount() == 0 && command.matches("(?i)(insert|update|delete) .*")) {
        System.out.println("SQL0100W  No row was found for FETCH, UPDATE or DELETE; or the result of a query is an empty table.  SQLSTATE=02000");
        return 1;
      }
      System.out.println("DB20000I  The SQL command completed successfully.");
      return 0;
    } catch (SQLException problem) {
      Matcher name = Pattern.compile("'([^']*)'").matcher(problem.getMessage());
      String object = name.find() ? name.group(1).toUpperCase() : "";
      String text = MESSAGES.get(String.valueOf(problem.getSQLState()));
      return error(text == null
          ? "SQL0104N  An unexpected token was found.  SQLSTATE=" + problem.getSQLState()
          : String.format(text, object));
    }
  }

  static int error(String message) {
    System.out.println("DB21034E  The command was processed as an SQL statement because it was not a \n"
        + "valid Command Line Processor command.  During SQL processing it returned:\n" + message);
    return 4;
  }

  static int connectTo(String name, String user, String using) {
    if (!name.equalsIgnoreCase(database)) {
      System.out.println("SQL1013N  The database alias name or database name \"" + name.toUpperCase()
          + "\" could not be found.  SQLSTATE=42705");
      return 4;
    }
    String password = using == null ? "" : using.replaceAll("^'(.*)'$", "$1").replace("''", "'");
    try {
      connection = DriverManager.getConnection(address + database, user == null ? "" : user, password);
    } catch (SQLException problem) {
      System.out.println("08004".equals(problem.getSQLState())
          ? "SQL30082N  Security processing failed with reason \"24\" (\"USERNAME AND/OR PASSWORD INVALID\").  SQLSTATE=08001"
          : "SQL30081N  A communication error has been detected.  SQLSTATE=08001");
      return 4;
    }
    System.out.println("\n   Database Connection Information\n\n Database server        = DB2/LINUXX8664 10.5.5\n SQL authorization ID   = "
        + user.toUpperCase() + "\n Local database alias   = " + database + "\n\n");
    return 0;
  }

  static int rows(ResultSet found) throws SQLException {
    ResultSetMetaData shape = found.getMetaData();
    List<String> lines = new ArrayList<>();
    StringBuilder heading = new StringBuilder(), rule = new StringBuilder();
    for (int column = 1; column <= shape.getColumnCount(); column++) {
      int width = Math.max(32, shape.getColumnDisplaySize(column));
      heading.append(String.format("%-" + width + "s ", shape.getColumnLabel(column)));
      rule.append("-".repeat(width)).append(' ');
    }
    while (found.next()) {
      StringBuilder line = new StringBuilder();
      for (int column = 1; column <= shape.getColumnCount(); column++) {
        String value = found.getString(column);
        int width = Math.max(32, shape.getColumnDisplaySize(column));
        line.append(String.format("%-" + width + "s ", value == null ? "-" : value));
      }
      lines.add(line.toString());
    }
    if (!has('x')) System.out.println("\n" + heading + "\n" + rule);
    for (String line : lines) System.out.println(line);
    if (!has('x')) System.out.println("\n  " + lines.size() + " record(s) selected.\n");
    return lines.isEmpty() ? 1 : 0;
  }
}
