"""Bytes that are not a plain multibulk command, and how redis-server 7.0.15 ends after them.

OPEN    the connection goes on; a PING that follows is answered
CLOSED  the connection is closed after the reply, and what follows the error in the same write is not answered
        (one that is longer than redis's limit of 64 KiB for a line is sent alone: a line end after it could end it)
LENIENT redis takes it without looking; a server may instead answer `-ERR Protocol error: …` and close (README, "Left out")
"""

OPEN, CLOSED, LENIENT = "open", "closed", "lenient"

FRAMES = {
    "multibulk-length": [
        (b"*0\r\n", OPEN),
        (b"*-1\r\n", OPEN),
        (b"*-10\r\n", OPEN),
        (b"*0\r\n*-1\r\n*0\r\n", OPEN),
        (b"*abc\r\n", CLOSED),
        (b"*\r\n", CLOSED),
        (b"*1a\r\n", CLOSED),
        (b"* 1\r\n", CLOSED),
        (b"*1 \r\n", CLOSED),
        (b"*+1\r\n", CLOSED),
        (b"*01\r\n$4\r\nPING\r\n", CLOSED),
        (b"*00\r\n", CLOSED),
        (b"*-0\r\n", CLOSED),
        (b"*1.0\r\n", CLOSED),
        (b"*2147483648\r\n", CLOSED),
        (b"*9223372036854775807\r\n", CLOSED),
        (b"*9223372036854775808\r\n", CLOSED),
        (b"*99999999999999999999999\r\n", CLOSED),
        (b"*abc\r\n*1\r\n$4\r\nPING\r\n", CLOSED),
        (b"*1\r\n$4\r\nPING\r\n*abc\r\n", CLOSED),
    ],
    "bulk-length": [
        (b"*1\r\n$abc\r\n", CLOSED),
        (b"*1\r\n$\r\n", CLOSED),
        (b"*1\r\n$-1\r\n", CLOSED),
        (b"*1\r\n$-2\r\n", CLOSED),
        (b"*1\r\n$+4\r\nPING\r\n", CLOSED),
        (b"*1\r\n$04\r\nPING\r\n", CLOSED),
        (b"*1\r\n$4a\r\nPING\r\n", CLOSED),
        (b"*1\r\n$ 4\r\nPING\r\n", CLOSED),
        (b"*1\r\n$4 \r\nPING\r\n", CLOSED),
        (b"*1\r\n$536870913\r\n", CLOSED),
        (b"*1\r\n$9223372036854775808\r\n", CLOSED),
        (b"*2\r\n$3\r\nGET\r\n$-1\r\n", CLOSED),
        (b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$x\r\n", CLOSED),
        (b"*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$-1\r\n*1\r\n$4\r\nPING\r\n", CLOSED),
    ],
    "expected-dollar": [
        (b"*1\r\nPING\r\n", CLOSED),
        (b"*1\r\n:4\r\n", CLOSED),
        (b"*1\r\n+PING\r\n", CLOSED),
        (b"*1\r\n*1\r\n$4\r\nPING\r\n", CLOSED),
        (b"*2\r\n$4\r\nECHO\r\nx\r\n", CLOSED),
        (b"*1\r\n \r\n", CLOSED),
        (b"*1\r\n\"\r\n", CLOSED),
        (b"*2\r\n$3\r\nGET\r\n\r\n$1\r\nk\r\n", CLOSED),
    ],
    "empty-and-binary-arguments": [
        (b"*1\r\n$0\r\n\r\n", OPEN),
        (b"*2\r\n$0\r\n\r\n$1\r\na\r\n", OPEN),
        (b"*3\r\n$3\r\nSET\r\n$0\r\n\r\n$0\r\n\r\n", OPEN),
        (b"*2\r\n$4\r\nECHO\r\n$256\r\n" + bytes(range(256)) + b"\r\n", OPEN),
        (b"*2\r\n$4\r\nECHO\r\n$12\r\n*1\r\n$4\r\nPING\r\n", OPEN),
        (b"*1\r\n$4\r\nPING\r\n*0\r\n*1\r\n$4\r\nPING\r\n", OPEN),
        (b"*1\r\n$4\r\nPING\r\n\r\n\r\n*1\r\n$4\r\nPING\r\n", OPEN),
    ],
    "inline": [
        (b"PING\r\n", OPEN),
        (b"PING\n", OPEN),
        (b"ping hello\r\n", OPEN),
        (b"  PING   hello  \r\n", OPEN),
        (b"\r\n", OPEN),
        (b"\n", OPEN),
        (b"   \r\n", OPEN),
        (b"\r\n\r\n\nPING\r\n", OPEN),
        (b"SET k \"a b\"\r\nGET k\r\n", OPEN),
        (b"SET k 'a b'\r\nGET k\r\n", OPEN),
        (b"ECHO \"\"\r\n", OPEN),
        (b"ECHO ''\r\n", OPEN),
        (b"ECHO a'b'c\r\n", CLOSED),
        (b"ECHO \"a\"b\r\n", CLOSED),
        (b"ECHO \"a\r\n", CLOSED),
        (b"ECHO 'a\r\n", CLOSED),
        (b"ECHO \"a\\\"\r\n", CLOSED),
        (b"ECHO a\"\r\n", CLOSED),
        (b"PING\r\nECHO \"\r\nPING\r\n", CLOSED),
        (b"NOSUCH a b\r\n", OPEN),
        (b"GET\r\n", OPEN),
        (b"+OK\r\n", OPEN),
        (b"$4\r\nPING\r\n", OPEN),
        (b":1\r\n", OPEN),
        (b"\"PING\"\r\n", OPEN),
        (b"PING\r\n*1\r\n$4\r\nPING\r\nPING x\r\n", OPEN),
        (b"ECHO " + b"x" * 60000 + b"\r\n", OPEN),
        (b"x" * 70000, CLOSED),
        (b"PING " * 14000, CLOSED),
    ],
    "quit": [
        (b"QUIT\r\n", CLOSED),
        (b"quit\r\nPING\r\n", CLOSED),
        (b"*1\r\n$4\r\nQUIT\r\n*1\r\n$4\r\nPING\r\n", CLOSED),
        (b"PING\r\nSET a 1\r\nQUIT\r\n", CLOSED),
    ],
    "missing-crlf": [
        (b"*1\r\n$4\r\nPINGxx", LENIENT),
        (b"*1\r\n$4\r\nPING\n\n", LENIENT),
        (b"*2\r\n$4\r\nECHO\r\n$2\r\nhi--", LENIENT),
    ],
}

# Every prefix of these is no command yet: nothing is answered until the rest has come.
SPLIT = [
    b"*1\r\n$4\r\nPING\r\n*3\r\n$3\r\nSET\r\n$3\r\nk\r\n\r\n$5\r\nv\x00\r\nw\r\n*2\r\n$3\r\nGET\r\n$3\r\nk\r\n\r\n*0\r\n"
    b"*4\r\n$5\r\nRPUSH\r\n$1\r\nl\r\n$0\r\n\r\n$2\r\nab\r\n*4\r\n$6\r\nLRANGE\r\n$1\r\nl\r\n$1\r\n0\r\n$2\r\n-1\r\n",
    b"PING\r\nSET k \"a b\"\r\nGET k\nNOSUCH x\r\n\r\nECHO hi\r\n",
]
