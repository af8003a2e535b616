/* The floor: answers RESP on bare epoll with one thread and keeps nothing. It finds the end of each command, looks at
   one letter of its name and sends a constant, so no server that does the work can use less CPU on the same machine:
   what a server adds to these figures is the price of its store, its checks and its design.

   Usage: floor PORT      (127.0.0.1 only; ended by a signal) */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 512, BUFFER = 1 << 16, LONGEST_REPLY = 32, BACKLOG = 4096, DESCRIPTORS = 1 << 16 };

/* One pair of buffers for everybody; a connection owns memory only while half a command of it waits. */
static char in[BUFFER], out[BUFFER];
static struct { char *bytes; int size; } tails[DESCRIPTORS];

/* Reads "<mark>digits\r\n" at p. Returns what follows it, or 0 when it is not all there (or is no header). */
static const char *header(const char *p, const char *end, char mark, int *value) {
    int number = 0;
    if (p >= end || *p != mark) return 0;
    for (p++; p < end && *p >= '0' && *p <= '9' && number < BUFFER; p++) number = number * 10 + (*p - '0');
    *value = number;
    return end - p >= 2 && p[0] == '\r' && p[1] == '\n' ? p + 2 : 0;
}

/* Returns what follows one whole command, or 0; *name is where its first argument begins. */
static const char *command(const char *p, const char *end, const char **name) {
    int count, size;
    if (!(p = header(p, end, '*', &count)) || count < 1) return 0;
    for (int i = 0; i < count; i++) {
        if (!(p = header(p, end, '$', &size)) || end - p < size + 2) return 0;
        if (i == 0) *name = p;
        p += size + 2;
    }
    return p;
}

static char *answer(char *to, char letter) {
    switch (letter & ~0x20) {
        case 'G': return mempcpy(to, "$16\r\nxxxxxxxxxxxxxxxx\r\n", 23);
        case 'S': return mempcpy(to, "+OK\r\n", 5);
        case 'P': return mempcpy(to, "+PONG\r\n", 7);
        case 'C': return mempcpy(to, "*2\r\n$4\r\nsave\r\n$0\r\n\r\n", 20);     /* what redis-benchmark asks first */
        default:  return mempcpy(to, "-ERR unknown command\r\n", 22);
    }
}

/* Answers the commands that one read brings. Returns 0 when the connection is to be closed. */
static int serve(int fd) {
    int kept = tails[fd].size;
    if (kept) {
        memcpy(in, tails[fd].bytes, kept);
        free(tails[fd].bytes);
        tails[fd].bytes = 0;
        tails[fd].size = 0;
    }
    ssize_t got = recv(fd, in + kept, BUFFER - kept, 0);        /* a command that fills the buffer makes this 0: closed */
    if (got <= 0) return 0;

    const char *at = in, *end = in + kept + got, *next, *name;
    char *to = out;
    while ((next = command(at, end, &name))) {
        to = answer(to, *name);
        at = next;
        if (to - out > BUFFER - LONGEST_REPLY) {
            if (send(fd, out, to - out, MSG_NOSIGNAL) != to - out) return 0;
            to = out;
        }
    }
    /* A client that does not read its replies is closed: the loads of this benchmark always read. */
    if (to > out && send(fd, out, to - out, MSG_NOSIGNAL) != to - out) return 0;
    if (at < end) {
        if (!(tails[fd].bytes = malloc(end - at))) return 0;
        memcpy(tails[fd].bytes, at, end - at);
        tails[fd].size = end - at;
    }
    return 1;
}

static void drop(int fd) {
    free(tails[fd].bytes);
    tails[fd].bytes = 0;
    tails[fd].size = 0;
    close(fd);
}

int main(int argc, char **argv) {
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0);
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (argc != 2) { fprintf(stderr, "usage: floor PORT\n"); return 2; }
    here.sin_port = htons((unsigned short)atoi(argv[1]));
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, BACKLOG)) { perror("floor"); return 1; }

    struct epoll_event want = { .events = EPOLLIN, .data.fd = listener }, ready[EVENTS];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &want);
    for (;;) {
        int count = epoll_wait(poll, ready, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            int fd = ready[i].data.fd;
            if (fd != listener) {
                if (!serve(fd)) drop(fd);
                continue;
            }
            int client = accept4(listener, 0, 0, SOCK_NONBLOCK);
            if (client < 0) continue;
            if (client >= DESCRIPTORS) { close(client); continue; }
            setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            want = (struct epoll_event){ .events = EPOLLIN, .data.fd = client };
            epoll_ctl(poll, EPOLL_CTL_ADD, client, &want);
        }
    }
}
