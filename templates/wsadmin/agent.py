# The agent that strictstep runs inside a wsadmin process: it reads one request line at a time and prints one reply line.
# It must be valid in Jython 2.1 (WebSphere 8.5.5 and older), Jython 2.7 (WebSphere 9) and Skulpt (the lab). So: ASCII only,
# no True or False, no "key in dictionary", no conditional expression, no nested function, no format method, and no
# finally. Java exceptions are caught by a bare "except:" and by nothing else.
# Request:  <id> <Object>.<method> <argument>*     argument: s<hex> is a text, l<hex>,<hex> a list of texts, l- a list
#           of one empty text; hex is 4 digits per UTF-16 unit. The request "quit" ends the loop.
# Reply:    @@strictstep <id> ok <hex>   or   @@strictstep <id> err <hex of "ExceptionClass: message">
import sys

def strictstep_decode(digits):
    text = ''
    position = 0
    while position < len(digits):
        unit = int(digits[position:position + 4], 16)
        position = position + 4
        if unit >= 0xD800 and unit < 0xDC00 and position < len(digits):
            # Jython 2.7 refuses half a pair, Jython 2.1 a whole one.
            low = int(digits[position:position + 4], 16)
            position = position + 4
            try:
                text = text + unichr(0x10000 + (unit - 0xD800) * 0x400 + low - 0xDC00)
            except:
                text = text + unichr(unit) + unichr(low)
        elif unit < 128:
            text = text + chr(unit)
        else:
            text = text + unichr(unit)
    return text

def strictstep_encode(value):
    if value is None:
        return ''
    # Not str(): it refuses characters beyond ASCII in Jython 2.7.
    digits = []
    for character in '%s' % (value,):
        unit = ord(character)
        if unit > 0xFFFF:
            digits.append('%04x' % (0xD800 + (unit - 0x10000) / 0x400))
            unit = 0xDC00 + (unit - 0x10000) % 0x400
        digits.append('%04x' % unit)
    return ''.join(digits)

def strictstep_argument(word):
    if word[:1] == 's':
        return strictstep_decode(word[1:])
    if word == 'l':
        return []
    if word == 'l-':
        return ['']
    return [strictstep_decode(item) for item in word[1:].split(',')]

def strictstep_call(call, arguments):
    owner, method = call.split('.')
    # Each object is named here and only when asked for: AdminTask is missing when its commands could not be loaded.
    if owner == 'AdminTask':
        return getattr(AdminTask, method)(*arguments)
    if owner == 'AdminConfig':
        return getattr(AdminConfig, method)(*arguments)
    if owner == 'AdminControl':
        return getattr(AdminControl, method)(*arguments)
    raise ValueError('strictstep agent: no object ' + owner)

def strictstep_reply(words):
    try:
        arguments = [strictstep_argument(word) for word in words[2:]]
        return ' ok ' + strictstep_encode(strictstep_call(words[1], arguments))
    except Exception, problem:
        return ' err ' + strictstep_encode('%s: %s' % (problem.__class__.__name__, problem))
    except:
        # A Java exception; its text begins with its class. Skulpt has no exc_info and no Java.
        return ' err ' + strictstep_encode(sys.exc_info()[1])

def strictstep_print(text):
    print('@@strictstep ' + text)
    try:
        sys.stdout.flush()
    except:
        pass

def strictstep_loop():
    strictstep_print('ready 1')
    while 1:
        try:
            line = raw_input()
        except:
            return
        words = line.split()
        if words == ['quit']:
            strictstep_print('bye')
            return
        if len(words) > 1:
            strictstep_print(words[0] + strictstep_reply(words))

strictstep_loop()
