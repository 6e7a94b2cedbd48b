# wsadmin of the real-parts lab: a true Jython with AdminTask, AdminConfig and AdminControl in its name space. The prompt
# reads its own buffer over standard input, as WebSphere's shell does, and raw_input() reads the rest: a line that was sent
# too early is lost here as it would be there. argv: Node, bridge.ts, profile's folder, arguments of wsadmin.sh
import json
import sys
from java.io import BufferedReader, InputStreamReader, OutputStreamWriter
from java.lang import ProcessBuilder, System, Throwable
import ScriptingException

class Bridge:
    def __init__(self, words):
        builder = ProcessBuilder(words)
        builder.redirectError(ProcessBuilder.Redirect.INHERIT)
        child = builder.start()
        self.replies = BufferedReader(InputStreamReader(child.getInputStream(), 'UTF-8'))
        self.requests = OutputStreamWriter(child.getOutputStream(), 'UTF-8')

    def tell(self, message):
        self.requests.write(json.dumps(message) + '\n')
        self.requests.flush()

    def hear(self):
        line = self.replies.readLine()
        if line is None:
            raise ScriptingException('com.ibm.websphere.management.exception.ConnectorException: the connection ended')
        return json.loads(line)

    def connect(self, lines):
        while 1:
            message = self.hear()
            if 'out' in message:
                write(message['out'])
            elif 'ask' in message:
                self.tell({'line': lines.readLine()})
            else:
                return message['ready']

    def call(self, owner, method, arguments):
        self.tell({'call': [owner, method, list(arguments)]})
        message = self.hear()
        if 'error' in message:
            raise ScriptingException(message['error'])
        return message['ok']

class ScriptingObject:
    def __init__(self, bridge, name):
        self.bridge = bridge
        self.name = name

    def __getattr__(self, method):
        return lambda *arguments: self.bridge.call(self.name, method, arguments)

def write(text):
    System.out.print(text)
    System.out.flush()

def describe(line, kind, problem):
    head = 'WASX7015E: Exception running command: "%s"; exception information:\n' % line
    if isinstance(problem, Throwable):
        return '%s%s\n\n' % (head, problem)
    text = 'Traceback (innermost last):\n  File "<input>", line 1, in ?\n%s: %s' % (kind.__name__, problem)
    return '%scom.ibm.bsf.BSFException: exception from Jython:\n%s\n\n' % (head, text)

def prompt(lines, names):
    while 1:
        write('wsadmin>')
        line = lines.readLine()
        if line is None or line.strip() in ('quit', 'exit'):
            return
        if not line.strip():
            continue
        try:
            exec compile(line, '<input>', 'single') in names
            sys.stdout.flush()
        except SystemExit:
            return
        except:
            kind, problem = sys.exc_info()[:2]
            write(describe(line, kind, problem))

def main():
    lines = BufferedReader(InputStreamReader(getattr(System, "in")))
    bridge = Bridge(sys.argv[1:])
    names = {'__name__': '__main__'}
    is_connected = bridge.connect(lines)
    if is_connected:
        for name in ('AdminTask', 'AdminConfig', 'AdminControl'):
            names[name] = ScriptingObject(bridge, name)
    write('WASX7031I: For help, enter: "print Help.help()"\n')
    prompt(lines, names)
    if is_connected and bridge.call('AdminConfig', 'hasChanges', []) == '1':
        write('WASX7309W: No "save" was performed before the interactive scripting session exited; '
              'configuration changes will not be saved.\n')

main()
