r"""The commands that are sent to the subject and to redis-server 7.0.15, by group. Each group begins on an empty store.

A line is a command as redis-cli reads it ("..." with \xNN, \r, \n, \t, \\ and \"), so the same line goes over the wire as a
multibulk, inline, and through redis-cli. `{now+N}` and `{ms+N}` are the Unix time in seconds and milliseconds, `{c*N}` is N times c.
A line's replies must be equal byte for byte, unless it starts with one of:

    @near:N      both integers, at most N apart
    @set         arrays of the same elements in any order
    @pairs       maps (RESP2: flat arrays of pairs) of the same pairs in any order
    @member:a,b  a bulk that is one of these
    @commands    what COMMAND tells: each of the subject's commands is told as redis tells it, but for subcommands that the subject lacks
    @docs        what COMMAND DOCS tells: each field that the subject gives is redis's, and summary, since, group and complexity are given
    @shape:NAME  the check of that name in reply_shapes.py, for both replies
    @ours        +OK; redis 7.0 does not know the command yet, newer clients send it
    @scan        SCAN with these options until cursor 0: the same set of keys
    @sleep N     no command: N seconds pass

A line longer than 60000 bytes is not sent inline, as redis refuses it there.
"""

GROUPS = {}


def group(name, lines):
    GROUPS[name] = [line for line in (line.strip() for line in lines.splitlines()) if line]


group("ping-echo", r'''
PING
ping
PiNg
PING hello
PING ""
PING "two words"
PING "\x00\xff\r\n"
PING a b
ECHO hello
ECHO ""
ECHO "\x00\x01\x02\xfe\xff"
ECHO "line\r\nbreak"
ECHO {x*10000}
ECHO
ECHO a b
''')

group("set-get", r'''
SET k v
GET k
SET k ""
GET k
STRLEN k
SET "" "value of the empty key"
GET ""
EXISTS ""
DEL ""
SET "bin\x00\r\n\xff" "\x00\x01\r\n\xff"
GET "bin\x00\r\n\xff"
STRLEN "bin\x00\r\n\xff"
SET k {v*100000}
STRLEN k
GET k
set K lower
get k
GET K
GeT K
GET missing
SET k 1
GET k
SET k 007
GET k
SET k 9223372036854775807
GET k
SET k -0
GET k
SET k v NX
SET fresh v NX
GET fresh
SET fresh w XX
GET fresh
SET missing w XX
GET missing
SET fresh x nx
SET fresh x xx
GET fresh
SET k v GET
SET k w GET
SET nothere w GET
GET nothere
SET nothere z NX GET
GET nothere
SET nothere2 z NX GET
GET nothere2
SET nothere3 z XX GET
EXISTS nothere3
SET k v GET GET
SET
SET k
SET k v BOGUS
SET k v NX XX
SET k v XX NX
SET k v NX NX
SET k v EX
SET k v PX
SET k v EXAT
SET k v EX 10 PX 10
SET k v EX 10 EX 10
SET k v PX 10 EXAT 10
SET k v EX 10 KEEPTTL
SET k v KEEPTTL EX 10
SET k v KEEPTTL KEEPTTL
SET k v ""
GET
GET a b
GET k k k
''')

group("set-expiry", r'''
SET k v EX 100
@near:1 TTL k
@near:1000 PTTL k
SET k v PX 100000
@near:1 TTL k
SET k v ex 50
@near:1 TTL k
SET k w KEEPTTL
@near:1 TTL k
GET k
SET k v
TTL k
SET k w KEEPTTL
TTL k
SET k v EXAT {now+100}
@near:1 TTL k
SET k v PXAT {ms+100000}
@near:1 TTL k
SET k v EX 100 NX
SET fresh v EX 100 NX
@near:1 TTL fresh
SET fresh v PX 5000 XX GET
@near:1 TTL fresh
SET k v EXAT 1
GET k
EXISTS k
SET k v PXAT 1
GET k
SET k v EX 0
SET k v EX -1
SET k v PX 0
SET k v PX -5
SET k v EXAT 0
SET k v EXAT -1
SET k v PXAT 0
SET k v EX abc
SET k v EX 1.5
SET k v EX ""
SET k v EX " 1"
SET k v EX 1x
SET k v EX 01
SET k v EX +1
SET k v PX 10000000000000000000
SET k v EX 9223372036854775807
SET k v EX 9223372036854775
SET k v PX 9223372036854775807
SET k v EX NX
EXISTS k
''')

group("setex-psetex-getset", r'''
SETEX k 100 v
@near:1 TTL k
GET k
SETEX k 0 v
SETEX k -1 v
SETEX k abc v
SETEX k 9223372036854775807 v
SETEX k 10
PSETEX k 100000 v
@near:1 TTL k
PSETEX k 0 v
PSETEX k abc v
PSETEX k
GETSET k w
TTL k
GETSET missing v
GET missing
RPUSH l a
GETSET l v
GETSET k
''')

group("expiry-passes", r'''
SET a v PX 30
SET b v
PEXPIRE b 30
RPUSH l x
PEXPIRE l 30
HSET h f v
PEXPIRE h 30
SET stays v EX 100
SET gone2 v PX 30
SET n 5 PX 30
@sleep 0.2
GET a
EXISTS a b l h
TTL b
PTTL b
TYPE l
LRANGE l 0 -1
LLEN l
HGETALL h
STRLEN a
@set KEYS *
@scan
SET gone2 w XX
SET gone2 w NX
TTL gone2
INCR n
TTL n
RPUSH l y
TTL l
HSET h f2 w
HGETALL h
EXPIRE a 10
PERSIST a
RENAME b c
DEL a
GETDEL a
GETEX a EX 10
APPEND a x
GET a
TTL a
''')

group("getdel-getex", r'''
SET k v
GETDEL k
GETDEL k
GET k
RPUSH l a
GETDEL l
EXISTS l
GETDEL
GETDEL a b
SET k v
GETEX k
TTL k
GETEX k EX 100
@near:1 TTL k
GETEX k
@near:1 TTL k
GETEX k PX 50000
@near:1 TTL k
GETEX k EXAT {now+30}
@near:1 TTL k
GETEX k PXAT {ms+40000}
@near:1 TTL k
GETEX k PERSIST
TTL k
GETEX k persist
GETEX missing EX 10
GETEX missing
GETEX k EX 0
GETEX k EX -1
GETEX k EX abc
GETEX k EX
GETEX k BOGUS
GETEX k EX 10 PERSIST
GETEX k PERSIST EX 10
GETEX k EX 10 PX 10
GETEX k KEEPTTL
GETEX k NX
GETEX k EX 9223372036854775807
GETEX l
GETEX
GETEX k EXAT 1
GET k
EXISTS k
''')

group("mget-mset-setnx", r'''
MSET a 1 b 2 c ""
MGET a b c missing
MGET a
MGET missing
MGET a a a
RPUSH l x
MGET a l b
MGET
MSET
MSET a
MSET a 1 b
MSET a 1 a 2
GET a
MSET l now-a-string
TYPE l
SET t v EX 100
MSET t w
TTL t
SETNX a other
GET a
SETNX new value
GET new
SETNX new
SETNX
RPUSH list x
SETNX list v
MSETNX
MSETNX z1 1 z2 2
MSETNX z2 9 z3 3
MGET z1 z2 z3
MSETNX a
''')

group("del-exists-type", r'''
MSET a 1 b 2 c 3 d 4
DEL a
DEL a
DEL b c missing
EXISTS b c d
EXISTS d d d
EXISTS missing
EXISTS
DEL
UNLINK
UNLINK d
UNLINK d x y
MSET a 1 b 2
UNLINK a b a
RPUSH l x
HSET h f v
SET s v
TYPE l
TYPE h
TYPE s
TYPE missing
TYPE
TYPE a b
EXISTS l h s
DEL l h s
DBSIZE
DBSIZE x
DEL k k k
SET k v
DEL k k k
''')

group("incr-decr", r'''
INCR n
INCR n
INCRBY n 10
DECR n
DECRBY n 5
GET n
INCRBY n -3
DECRBY n -3
INCRBY n 0
DECR fresh
DECRBY fresh2 7
INCRBY fresh3 -9223372036854775808
DECR fresh3
INCRBY fresh3 -1
GET fresh3
SET n 9223372036854775807
INCR n
INCRBY n 1
DECRBY n -1
DECR n
GET n
SET n -9223372036854775808
DECR n
DECRBY n 1
INCR n
DECRBY n -9223372036854775808
INCRBY n 9223372036854775808
INCRBY n abc
INCRBY n 1.0
INCRBY n ""
INCRBY n " 1"
INCRBY n 1e3
INCRBY n +1
INCRBY n 01
INCRBY n -0
SET s abc
INCR s
DECR s
INCRBY s 1
SET s ""
INCR s
SET s " 1"
INCR s
SET s "1 "
INCR s
SET s 01
INCR s
SET s +1
INCR s
SET s -0
INCR s
SET s 1.5
INCR s
SET s 9223372036854775808
INCR s
SET s "1\x00"
INCR s
RPUSH l a
INCR l
DECRBY l 2
SET t 5 EX 100
INCR t
@near:1 TTL t
INCR
INCR a b
DECR
INCRBY n
INCRBY n 1 2
DECRBY n
''')

group("incrbyfloat", r'''
INCRBYFLOAT f 10.5
INCRBYFLOAT f 0.1
INCRBYFLOAT f -5
GET f
SET f 5.0e3
INCRBYFLOAT f 2.0e2
SET f 0.1
INCRBYFLOAT f 0.2
SET f 3
INCRBYFLOAT f 1
INCRBYFLOAT f -4
INCRBYFLOAT f 0.000001
INCRBYFLOAT f 1e10
SET f 1.50
INCRBYFLOAT f 0
SET f -1.5
INCRBYFLOAT f 1.25
SET f 1000000000000
INCRBYFLOAT f 1
INCRBYFLOAT f abc
INCRBYFLOAT f ""
INCRBYFLOAT f " 1"
INCRBYFLOAT f "1 "
INCRBYFLOAT f nan
INCRBYFLOAT f inf
INCRBYFLOAT f -inf
INCRBYFLOAT f 1e5000
INCRBYFLOAT f 1e-5000
INCRBYFLOAT big 1e4932
INCRBYFLOAT big 1e4932
STRLEN big
INCRBYFLOAT f 1.2.3
SET s abc
INCRBYFLOAT s 1
SET s ""
INCRBYFLOAT s 1
RPUSH l a
INCRBYFLOAT l 1
SET t 1 EX 100
INCRBYFLOAT t 1.5
@near:1 TTL t
INCRBYFLOAT f
INCRBYFLOAT f 1 2
''')

group("append-strlen", r'''
APPEND k hello
APPEND k " world"
GET k
STRLEN k
APPEND k ""
APPEND empty ""
EXISTS empty
STRLEN empty
STRLEN missing
SET n 12
APPEND n 3
INCR n
APPEND n "\x00\xff"
GET n
INCR n
SET t v EX 100
APPEND t w
@near:1 TTL t
RPUSH l a
APPEND l x
STRLEN l
APPEND k
APPEND
STRLEN
STRLEN a b
SET n 12345
STRLEN n
''')

group("getrange-setrange", r'''
SET k "This is a string"
GETRANGE k 0 3
GETRANGE k -3 -1
GETRANGE k 0 -1
GETRANGE k 10 100
GETRANGE k 5 2
GETRANGE k -1 -5
GETRANGE k -100 3
GETRANGE k -100 -90
GETRANGE k 100 200
GETRANGE k 0 0
GETRANGE k -1 -1
GETRANGE k 15 15
GETRANGE k 16 16
GETRANGE missing 0 -1
GETRANGE k a 1
GETRANGE k 0 b
GETRANGE k 0 9223372036854775807
GETRANGE k -9223372036854775808 -1
GETRANGE k 0 9223372036854775808
GETRANGE k 0
GETRANGE k
SUBSTR k 0 3
SET n 12345
GETRANGE n 1 3
SET e ""
GETRANGE e 0 -1
SET k "Hello World"
SETRANGE k 6 Redis
GET k
SETRANGE k 11 !
GET k
SETRANGE k 14 far
GET k
SETRANGE k 0 ""
SETRANGE k 100 ""
STRLEN k
SETRANGE missing 0 ""
EXISTS missing
SETRANGE missing 5 ""
EXISTS missing
SETRANGE padded 6 Redis
GET padded
SETRANGE k -1 x
SETRANGE k abc x
SETRANGE k 536870912 x
SETRANGE k 9223372036854775807 x
SETRANGE n 1 99
INCR n
SET t abc EX 100
SETRANGE t 1 X
@near:1 TTL t
RPUSH l a
GETRANGE l 0 1
SETRANGE l 0 x
SETRANGE l 0 ""
SETRANGE k 1
SETRANGE k
''')

group("expire-ttl-persist", r'''
SET k v
TTL k
PTTL k
TTL missing
PTTL missing
EXPIRE k 100
@near:1 TTL k
@near:1000 PTTL k
PERSIST k
TTL k
PERSIST k
PERSIST missing
PEXPIRE k 90000
@near:1 TTL k
EXPIREAT k {now+200}
@near:1 TTL k
PEXPIREAT k {ms+300000}
@near:1 TTL k
EXPIRE missing 10
PEXPIRE missing 10
EXPIREAT missing {now+10}
EXPIRE k abc
EXPIRE k 1.5
EXPIRE k ""
EXPIRE k 9223372036854775807
EXPIRE k -9223372036854775808
EXPIRE k 9223372036854775808
PEXPIRE k 9223372036854775807
PEXPIRE k abc
EXPIREAT k abc
EXPIREAT k 9223372036854775807
@near:1 TTL k
GET k
EXPIRE k 100 NX
PERSIST k
EXPIRE k 100 XX
EXPIRE k 100 NX
EXPIRE k 200 XX
@near:1 TTL k
EXPIRE k 100 GT
EXPIRE k 300 GT
@near:1 TTL k
EXPIRE k 400 LT
EXPIRE k 50 lt
@near:1 TTL k
PERSIST k
EXPIRE k 100 GT
EXPIRE k 100 LT
@near:1 TTL k
EXPIRE k 100 NX XX
EXPIRE k 100 NX GT
EXPIRE k 100 GT LT
EXPIRE k 100 BOGUS
EXPIRE k 50 XX GT
EXPIRE k -1
GET k
EXISTS k
SET k v
EXPIRE k 0
EXISTS k
SET k v
PEXPIRE k -1
EXISTS k
SET k v
EXPIREAT k 1
EXISTS k
SET k v
PEXPIREAT k 0
EXISTS k
RPUSH l a
EXPIRE l 100
@near:1 TTL l
RPUSH l b
@near:1 TTL l
HSET h f v
EXPIRE h 100
@near:1 TTL h
HSET h f w
@near:1 TTL h
EXPIRE
EXPIRE k
TTL
TTL a b
PTTL
PERSIST
PERSIST a b
PEXPIRE k
EXPIREAT k
PEXPIREAT k
''')

group("keys-randomkey", r'''
@set KEYS *
RANDOMKEY
SET only v
RANDOMKEY
@set KEYS *
DEL only
MSET hello 1 hallo 2 hxllo 3 hllo 4 heello 5 h*llo 6 h?llo 7 Hello 8 "h[llo" 9
@set KEYS *
@set KEYS h?llo
@set KEYS h*llo
@set KEYS h[ae]llo
@set KEYS h[^e]llo
@set KEYS h[a-e]llo
@set KEYS h[e-a]llo
@set KEYS h\\*llo
@set KEYS h\\?llo
@set KEYS h\\[llo
@set KEYS h[
@set KEYS h[ae
@set KEYS ""
@set KEYS nomatch
@set KEYS **
@set KEYS *l*o
@set KEYS h??lo
@set KEYS *\\**
@set KEYS [hH]ello
@set KEYS hello
@member:hello,hallo,hxllo,hllo,heello,h*llo,h?llo,Hello,h[llo RANDOMKEY
KEYS
KEYS a b
RANDOMKEY a
''')

group("scan", r'''
SCAN 0
@scan
MSET user:1 a user:2 b user:3 c other d
RPUSH list x
HSET hash f v
@scan
@scan COUNT 1
@scan COUNT 1000
@scan MATCH user:*
@scan match user:? count 2
@scan MATCH nothing*
@scan TYPE string
@scan TYPE list
@scan TYPE hash
@scan TYPE zset
@scan MATCH *s* TYPE list COUNT 5
@shape:scan SCAN 0
@shape:scan SCAN 0 COUNT 2
SCAN 0 COUNT 1000 MATCH user:1
SCAN abc
SCAN 1.5
SCAN 99999999999999999999
SCAN 0 COUNT 0
SCAN 0 COUNT -1
SCAN 0 COUNT abc
SCAN 0 COUNT
SCAN 0 MATCH
SCAN 0 TYPE
SCAN 0 BOGUS
SCAN 0 BOGUS x
SCAN
''')

group("rename", r'''
SET a v
RENAME a b
GET a
GET b
RENAME a b
RENAME b b
RENAME missing missing
SET c other EX 100
RENAME b c
GET c
TTL c
SET d w EX 100
RENAME d e
@near:1 TTL e
RPUSH l 1 2
RENAME l e
TYPE e
TTL e
LRANGE e 0 -1
HSET h f v
RENAME h h2
HGETALL h2
RENAME
RENAME a
RENAME a b c
DBSIZE
''')

group("flush-dbsize-select", r'''
DBSIZE
MSET a 1 b 2
RPUSH l x
DBSIZE
FLUSHDB
DBSIZE
SET a 1
FLUSHALL
DBSIZE
GET a
SET a 1
FLUSHALL ASYNC
DBSIZE
SET a 1
FLUSHALL SYNC
DBSIZE
FLUSHDB sync
FLUSHDB ASYNC
FLUSHALL BOGUS
FLUSHDB BOGUS
FLUSHALL SYNC ASYNC
FLUSHALL SYNC SYNC
SELECT 0
SELECT -1
SELECT 1000000
SELECT abc
SELECT ""
SELECT
SELECT 0 0
SET a 1
SELECT 0
GET a
''')

group("lists", r'''
LPUSH l a
LPUSH l b c
RPUSH l d
RPUSH l e f g
LRANGE l 0 -1
LLEN l
LINDEX l 0
LINDEX l -1
LINDEX l 3
LINDEX l 100
LINDEX l -100
LINDEX l abc
LINDEX missing 0
LRANGE l 0 0
LRANGE l -3 -1
LRANGE l 2 1
LRANGE l -100 100
LRANGE l 100 200
LRANGE l -2 -4
LRANGE l 0 -100
LRANGE l 1 -2
LRANGE l a 1
LRANGE l 0 b
LRANGE l 0 9223372036854775807
LRANGE l 0 9223372036854775808
LRANGE missing 0 -1
LPOP l
RPOP l
LRANGE l 0 -1
LPOP l 2
RPOP l 2
LRANGE l 0 -1
LPOP l 0
RPOP l 0
LPOP l -1
LPOP l abc
LPOP l 9223372036854775808
LPOP l 100
EXISTS l
TYPE l
LPOP l
RPOP l
LPOP l 0
LPOP l 5
RPOP l 5
LLEN l
RPUSH l "" "\x00\r\n" {x*5000}
LRANGE l 0 -1
LINDEX l 1
RPUSH l same same same
LLEN l
RPOP l 2
SET s v
LPUSH s a
RPUSH s a
LPOP s
RPOP s
LPOP s 1
LRANGE s 0 -1
LLEN s
LINDEX s 0
HSET h f v
LPUSH h a
GET l
INCR l
HGET l f
SET l replaced
TYPE l
LPUSH
LPUSH l
RPUSH
RPUSH l
LPOP
RPOP
LPOP l 1 2
LRANGE
LRANGE l 0
LRANGE l 0 1 2
LLEN
LLEN a b
LINDEX
LINDEX l
LINDEX l 0 1
RPUSH r 1 2 3
RPOP r
RPOP r
RPOP r
EXISTS r
DBSIZE
''')

group("hashes", r'''
HSET h f1 v1
HSET h f1 v2
HSET h f2 a f3 b
HSET h f2 x f4 y
HGET h f1
HGET h missing
HGET missing f
@pairs HGETALL h
HGETALL missing
HLEN h
HLEN missing
HEXISTS h f1
HEXISTS h nope
HEXISTS missing f
HMGET h f1 nope f3
HMGET h f1 f1
HMGET missing a b
HDEL h f1
HDEL h f1
HDEL h f2 f3 nope
HGETALL h
HDEL h f4
EXISTS h
TYPE h
HDEL missing f
HSET h "" "empty field"
HGET h ""
HSET h "\x00\r\n" "\xff\x00"
HGET h "\x00\r\n"
HSET h big {x*10000}
HGET h big
HSET h a 1 a 2
HGET h a
HINCRBY h n 5
HINCRBY h n -10
HGET h n
HINCRBY h n 0
HINCRBY h a 40
HINCRBY newhash f 7
HGETALL newhash
HSET h t text
HINCRBY h t 1
HSET h e ""
HINCRBY h e 1
HSET h sp " 1"
HINCRBY h sp 1
HSET h fl 1.5
HINCRBY h fl 1
HINCRBY h n abc
HINCRBY h n 1.5
HINCRBY h n 9223372036854775808
HSET h max 9223372036854775807
HINCRBY h max 1
HINCRBY h max -1
HSET h min -9223372036854775808
HINCRBY h min -1
HSET s1 a b
SET s v
HSET s f v
HGET s f
HGETALL s
HLEN s
HEXISTS s f
HMGET s f
HDEL s f
HINCRBY s f 1
RPUSH l x
HSET l f v
HGETALL l
GET h
LPUSH h x
HMSET hm a 1 b 2
@pairs HGETALL hm
HMSET hm a
HSET
HSET h
HSET h f
HSET h f v g
HGET
HGET h
HGET h f g
HGETALL
HGETALL h x
HLEN
HLEN h x
HEXISTS h
HEXISTS h f g
HMGET
HMGET h
HDEL
HDEL h
HINCRBY
HINCRBY h f
HINCRBY h f 1 2
''')

group("config", r'''
CONFIG SET maxmemory 0
CONFIG GET maxmemory
CONFIG SET maxmemory 104857600
CONFIG GET maxmemory
CONFIG SET maxmemory 100mb
CONFIG GET maxmemory
CONFIG SET maxmemory 200MB
CONFIG GET MAXMEMORY
CONFIG SET maxmemory 1gb
CONFIG GET maxmemory
CONFIG SET maxmemory 100000kb
CONFIG GET maxmemory
CONFIG SET maxmemory 300000k
CONFIG GET maxmemory
CONFIG SET maxmemory 100m
CONFIG GET maxmemory
CONFIG SET maxmemory abc
CONFIG SET maxmemory -1
CONFIG SET maxmemory 1xb
CONFIG SET maxmemory ""
CONFIG GET maxmemory
config set MaxMemory 0
CONFIG SET maxmemory-policy allkeys-lru
CONFIG GET maxmemory-policy
CONFIG SET maxmemory-policy noeviction
CONFIG GET maxmemory-policy
CONFIG SET maxmemory-policy bogus
CONFIG GET maxmemory-policy
CONFIG SET maxmemory 100mb maxmemory-policy allkeys-lru
@pairs CONFIG GET maxmemory maxmemory-policy
@pairs CONFIG GET maxmemory maxmemory
CONFIG SET maxmemory 0 maxmemory-policy noeviction
CONFIG SET maxmemory 1gb maxmemory-policy bogus
CONFIG GET maxmemory
CONFIG SET maxmemory 0 maxmemory 1
CONFIG GET maxmemory
CONFIG GET nosuchoption
CONFIG GET ""
CONFIG SET nosuchoption 1
CONFIG SET maxmemory
CONFIG SET maxmemory 0 maxmemory-policy
CONFIG GET
CONFIG SET
CONFIG
CONFIG NOSUCH
CONFIG NOSUCH x
@shape:pair CONFIG GET save
@shape:pair CONFIG GET appendonly
''')

group("maxmemory-noeviction", r'''
CONFIG SET maxmemory-policy noeviction
SET k v
SET n 1
RPUSH l a b
HSET h f v
CONFIG SET maxmemory 1
SET k2 v
SET k w
GET k
MGET k n
INCR n
APPEND k x
SETRANGE k 0 x
SETNX fresh v
MSET a 1
LPUSH l c
RPUSH l c
HSET h g v
HINCRBY h n 1
INCRBYFLOAT n 1
SETEX k 10 v
EXPIRE k 100
@near:1 TTL k
PERSIST k
LRANGE l 0 -1
LPOP l
HDEL h f
SET k
GETDEL k
DEL n
DBSIZE
CONFIG SET maxmemory 0
SET k2 v
GET k2
''')

group("command", r'''
@shape:count COMMAND COUNT
COMMAND COUNT x
@docs COMMAND DOCS
@docs COMMAND DOCS get SET command|info nosuchcommand
@docs COMMAND DOCS config
COMMAND DOCS nosuchcommand
COMMAND INFO get SET getex rename msetnx del hgetall
COMMAND INFO nosuchcommand get config|get CLIENT|list "" get
COMMAND NOSUCH
@commands COMMAND
@commands COMMAND INFO
@commands COMMAND INFO client config command
''')

group("echoed-words", r'''
{x*128}
{x*129} a
{x*10000} a
NOSUCH {x*10000} b
NOSUCH {x*120} {y*120} c
NOSUCH a b c "" d
NOSUCH "a\x00b" "c\r\nd"
CONFIG {x*10000}
CLIENT {x*10000} a
CONFIG SET {x*128} 1
CONFIG SET "a\x00b" 1
CONFIG SET "a\r\nb" 1
HELLO 3 {x*128}
HELLO 3 "a\x00b"
EXPIRE k 1 {x*128}
EXPIRE k 1 "a\x00b"
''')

group("client", r'''
@shape:id CLIENT ID
CLIENT ID x
CLIENT GETNAME
CLIENT SETNAME conformance
CLIENT GETNAME
@shape:clients CLIENT LIST
CLIENT SETNAME "with space"
CLIENT SETNAME "with\nnewline"
CLIENT GETNAME
CLIENT SETNAME ""
CLIENT GETNAME
client setname MixedCase
client getname
CLIENT SETNAME
CLIENT SETNAME a b
CLIENT GETNAME x
CLIENT
CLIENT NOSUCH
CLIENT NOSUCH x y
@ours CLIENT SETINFO LIB-NAME conformance
@ours CLIENT SETINFO lib-ver 1.0
CLIENT SETNAME ""
''')

group("info", r'''
SET a v
SET b v EX 100
@shape:info INFO
@shape:info info
@shape:info INFO everything
@shape:info-server INFO server
@shape:info-memory INFO memory
@shape:info-keyspace INFO keyspace
@shape:info-keyspace INFO KEYSPACE
INFO nosuchsection
''')

group("hello-reset", r'''
@shape:hello HELLO
@shape:hello HELLO 2
HGETALL none
@shape:hello HELLO 3
HGETALL none
GET none
@shape:hello HELLO
HELLO 1
HELLO 4
HELLO abc
HELLO ""
GET none
HELLO 3 BOGUS
HELLO 3 SETNAME
@shape:hello hello 3 setname named
CLIENT GETNAME
HELLO 3 SETNAME "bad name"
RESET
GET none
HGETALL none
CLIENT GETNAME
@shape:hello HELLO 2 SETNAME again
CLIENT GETNAME
RESET
CLIENT GETNAME
RESET x
reset
''')

group("unknown-commands", r'''
NOSUCH
nosuch
NoSuch a
NOSUCH a b c
NOSUCH "with space" "quote'inside"
NOSUCH "\x00\xff"
NOSUCH "line\r\nbreak"
"NO\r\nSUCH"
NOSUCH ""
"" a
""
NOSUCH {x*200}
NOSUCH {x*126} y
NOSUCH {x*125} y z
NOSUCH {x*100} {y*100} {z*100}
{n*200} a
NOSUCH a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a
"GET " k
GETT k
GE k
"SET\x00" k v
''')
