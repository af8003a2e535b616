r"""What is sent to the subject and to memcached 1.6.18, by group. Each group begins on an empty store.

A line is sent with \r\n after it; \r, \n, \t, \\ and \xNN are the bytes they say. A line's answer is all that comes before the
answer to a `version` sent after it, and must be equal byte for byte. In a line:

    {c*N}          N times c
    {cas:KEY}      the cas unique number that the last gets of KEY told
    {now+N}        the Unix time in seconds, plus N (or minus)

A line starts with one of these if it is not judged so:

    @raw           no \r\n is added
    @shape:NAME    the check of that name in memcached.py, for both answers
    @padded        spaces at the end of a value do not count: decr may leave a number its old length, and need not
    @closed        the connection is closed after the answer
    @sleep N       nothing is sent: N seconds pass

Cas unique numbers are compared by which are equal: the first one seen in a group is #1, the next other one #2.
"""

GROUPS = {}


def group(name, lines):
    GROUPS[name] = [line for line in (line.strip() for line in lines.splitlines()) if line]


group("set-get", r'''
get k
set k 0 0 5\r\nhello
get k
set k 0 0 0\r\n
get k
set k 42 0 3\r\nabc
get k
set k 4294967295 0 1\r\nx
get k
set bin 0 0 10\r\n\x00\x01\r\n\xff\r\nend
get bin
set k\xe9\xff 0 0 1\r\nx
get k\xe9\xff
set long 0 0 100000\r\n{v*100000}
get long
set K 0 0 1\r\nX
get K
get k K missing bin
get k k k
get missing missing2
get missing k missing2
set {k*250} 0 0 1\r\nx
get {k*250}
set   spaces   0   0   2\r\nok
get   spaces
get spaces 
set lf 0 0 2\nok
get lf\n
@raw get lf\n
@raw set lf2 0 0 2\nok\r\n
get lf2
set a 0 0 1\r\n1
set b 0 0 1\r\n2
set c 0 0 1\r\n3
get c b a
''')

group("set-errors", r'''
set k 9 0 3\r\nold
set
set k
set k 0
set k 0 0
set k abc 0 1\r\nx
set k 0 abc 1\r\nx
set k 0 0 abc\r\nx
set k 0 0 -1\r\nx
set k 0 0 -1 noreply\r\nx
set k abc 0 1 noreply\r\nx
set k -1 0 1\r\nx
set k 0 0 1.5\r\nx
set k 0 0 1 2 3 4\r\nx
set {k*251} 0 0 1\r\nx
set k 0 0 3\r\nabcd
get k
set k 0 0 3\r\nab\r\n
get k
@raw set k 0 0 3\r\nabcXX
get k
set k 0 0 3\r\n\r\n\r\n
get k
get
gets
get {k*251}
get a {k*251} b
gets {k*251}
add k
add k 0 0 abc\r\nx
append k 0 0 -1\r\nx
prepend {k*251} 0 0 1\r\nx
replace k 0 0
get k
''')

group("unknown-commands", r'''
nosuch
nosuch a b c

@raw \r\n
@raw   \r\n
GET k
Set k 0 0 1\r\nx
getx k
ge k
setk 0 0 1
{x*200}
version
get k
\x00\xff\xfe
*1\r\n$4\r\nPING
''')

group("too-large", r'''
set k 0 0 1000000\r\n{x*1000000}
@shape:value get k
set k 0 0 5\r\nsmall
set k 0 0 2000000\r\n{x*2000000}
get k
set k 0 0 5\r\nsmall
set k 0 0 2000000 noreply\r\n{x*2000000}
get k
add fresh 0 0 2000000\r\n{x*2000000}
get fresh
set k 0 0 5\r\nsmall
get k
append k 0 0 2000000\r\n{x*2000000}
get k
version
''')

group("add-replace", r'''
replace k 0 0 1\r\nx
get k
add k 1 0 1\r\na
get k
add k 2 0 1\r\nb
get k
replace k 3 0 3\r\nnew
get k
delete k
add k 0 0 1\r\nc
get k
add e 0 -1 1\r\nx
get e
add e 0 0 1\r\ny
get e
''')

group("append-prepend", r'''
append k 0 0 1\r\nx
prepend k 0 0 1\r\nx
get k
set k 7 0 3\r\nmid
append k 99 0 4\r\n-end
prepend k 99 100 6\r\nstart-
get k
append k 0 0 0\r\n
prepend k 0 0 0\r\n
get k
append k 0 0 3\r\nabcd
get k
append k 0 0 2 noreply\r\n\r\n
get k
gets k
append k 0 0 1\r\n!
gets k
''')

group("cas", r'''
cas k 0 0 1 1\r\nx
set k 5 0 1\r\na
gets k
gets k
cas k 6 0 1 {cas:k}\r\nb
gets k
cas k 6 0 1 1\r\nc
get k
gets k
cas k 0 0 3 {cas:k}\r\nnew
cas k 0 0 3 {cas:k}\r\nold
get k
gets k missing
set k 0 0 1\r\na
gets k
set k 0 0 1\r\na
gets k
touch k 100
gets k
incr k 1
set n 0 0 1\r\n1
gets n
incr n 1
gets n
cas n 0 0 1 {cas:n}\r\n7
get n
set m 0 0 1\r\n1
gets n m n
delete k
cas k 0 0 1 {cas:k}\r\nx
cas
cas k 0 0 1\r\nx
cas k 0 0 1 abc\r\nx
cas k 0 0 1 -1\r\nx
cas k 0 0 abc 1\r\nx
cas {k*251} 0 0 1 1\r\nx
cas m 0 0 1 {cas:m} noreply\r\n9
get m
cas m 0 0 1 {cas:m} noreply\r\n8
get m
gets m
cas m 0 0 3 {cas:m}\r\nabcd
get m
''')

group("incr-decr", r'''
incr n 1
decr n 1
set n 3 0 1\r\n5
incr n 1
@padded get n
incr n 94
@padded get n
incr n 0
decr n 1
@padded get n
decr n 90
@padded get n
decr n 100
@padded get n
set n 0 0 20\r\n18446744073709551615
incr n 1
@padded get n
set n 0 0 1\r\n0
decr n 1
incr n 18446744073709551615
incr n 18446744073709551616
incr n abc
incr n -1
incr n 1.5
incr n
incr
decr n abc
decr
incr n 1 2 3
set s 0 0 3\r\nabc
incr s 1
decr s 1
set s 0 0 0\r\n
incr s 1
set s 0 0 2\r\n1x
incr s 1
set s 0 0 2\r\n-1
incr s 1
set s 0 0 21\r\n184467440737095516150
incr s 1
set s 0 0 2\r\n01
incr s 1
@padded get s
set n 0 0 2\r\n10
decr n 1 noreply
@padded get n
incr n 5 noreply
@padded get n
incr missing 5 noreply
incr s abc noreply
incr {k*251} 1
incr {k*250} 1
''')

group("delete", r'''
delete k
set k 0 0 1\r\nx
delete k
get k
delete k
set k 0 0 1\r\nx
delete k 0
get k
set k 0 0 1\r\nx
delete k 5
get k
delete k 0 noreply
get k
set k 0 0 1\r\nx
delete k noreply
get k
delete
delete k x
delete k 0 5
delete {k*251}
delete missing noreply
delete a b c d
set k 0 0 1\r\nx
delete k 0 0
delete k 00
delete k noreply x
delete k x noreply
delete k noreply noreply
delete k 0 noreply x
delete {k*251} 0 5
delete {k*251} noreply
get k
delete k 0
''')

group("touch", r'''
touch k 10
set k 1 0 1\r\nx
touch k 100
get k
touch k 0
get k
touch k -1
get k
touch k 10
touch
touch k
touch k abc
touch k 10 noreply
touch {k*251} 10
set k 0 0 1\r\nx
touch k abc
touch k 1.5
touch k 10 noreply
get k
touch k -1 noreply
get k
''')

group("gat-gats", r'''
gat 10 k
set k 4 0 1\r\nx
set m 0 0 1\r\ny
gat 100 k
gat 100 k m missing
gats 100 k
gats 100 m k
gat -1 k
get k
gat
gat abc k
gats
gats abc m
gat 10 {k*251}
''')

group("exptime", r'''
set k 0 -1 1\r\nx
get k
set k 0 1000 1\r\nx
get k
set k 0 -1 1\r\ny
get k
set k 0 {now+100} 1\r\nx
get k
set k 0 {now-100} 1\r\nx
get k
set k 0 2592000 1\r\nx
get k
set k 0 2592001 1\r\nx
get k
set k 0 2147483647 1\r\nx
get k
set k 0 -2147483648 1\r\nx
get k
set k 0 abc 1\r\nx
set k 0 1.5 1\r\nx
get k
''')

group("exptime-passes", r'''
set a 0 1 1\r\nx
set b 0 100 1\r\nx
set c 0 0 1\r\nx
touch b 1
set d 0 100 1\r\nx
gat 1 d
set e 0 1 1\r\n5
set f 0 {now+1} 1\r\nx
set g 0 1 1\r\nx
touch g 100
@sleep 2.3
get a b c d f g
incr e 1
append a 0 0 1\r\ny
replace a 0 0 1\r\ny
cas a 0 0 1 1\r\ny
touch a 10
delete a
add a 0 0 1\r\nz
get a
''')

group("flush_all", r'''
set a 0 0 1\r\nx
set b 0 0 1\r\ny
flush_all
get a b
add a 0 0 1\r\nz
get a
flush_all noreply
get a
set a 0 0 1\r\nx
flush_all 0
get a
flush_all 0 noreply
flush_all abc
flush_all 1 2 3
set a 0 0 1\r\nx
get a
''')

group("flush_all-later", r'''
set a 0 0 1\r\nx
flush_all 2
get a
@sleep 3.3
get a
set a 0 0 1\r\ny
get a
''')

group("noreply", r'''
set k 0 0 1 noreply\r\na
get k
add k 0 0 1 noreply\r\nb
get k
add fresh 0 0 1 noreply\r\nb
get fresh
replace k 0 0 1 noreply\r\nc
get k
replace missing 0 0 1 noreply\r\nc
get missing
append k 0 0 1 noreply\r\nd
prepend k 0 0 1 noreply\r\ne
get k
append missing 0 0 1 noreply\r\nd
delete k noreply
get k
set n 0 0 1 noreply\r\n5
incr n 3 noreply
decr n 1 noreply
get n
touch n 100 noreply
touch missing 100 noreply
get n
verbosity 1 noreply
flush_all noreply
get n
set k 0 0 3 noreply\r\nabcd
get k
''')

group("version-verbosity-stats", r'''
@shape:version version
version x
verbosity 1
verbosity 0
verbosity
verbosity abc
@shape:stats stats
stats reset
@shape:stats stats
''')

group("pipelined", r'''
set a 0 0 1\r\n1\r\nset b 0 0 1\r\n2\r\nget a b\r\nincr a 5\r\ndelete b\r\nget a b
get a\r\nget a\r\nget missing\r\nget a
nosuch\r\nget a\r\nset c 0 0 1\r\nxx\r\nget a
set a 0 0 1 noreply\r\n7\r\nset b 0 0 1 noreply\r\n8\r\nget a b
set a 0 0 14\r\nget a\r\nget a\r\n\r\nget a
''')

group("quit", r'''
set k 0 0 1\r\nx
get k
@closed quit
''')

group("quit-pipelined", r'''
@closed set k 0 0 1\r\nx\r\nget k\r\nquit\r\nget k\r\n
''')

# Every prefix of these is no request yet: nothing is answered until the rest has come.
SPLIT = [
    b"set k 7 0 9\r\na\r\nb\x00\r\ncd\r\nget k none\r\nadd k 0 0 1\r\nx\r\nincr k 1\r\nset n 0 0 1 noreply\r\n5\r\nincr n 10\r\n"
    b"get n k\r\nbogus\r\ndelete n noreply\r\nappend k 0 0 2\r\n!!\r\nget k\r\ntouch k 0\r\nflush_all\r\nget k\r\n",
]
