/*
 * faults: runs a command and injects a fault at one of its system calls that change files below a folder.
 *
 *   faults -b FOLDER [-m count|once|sticky|kill|stop] [-n N] [-e ERRNO] [-l LOG] -- COMMAND...
 *
 * The calls are counted from 1. "once" lets the Nth fail with ERRNO, "sticky" the Nth and all after it (a disk that is
 * full stays full, but what is removed can still be removed), "kill" ends the process before the Nth, "stop" suspends it
 * there (SIGSTOP; whoever started us sends SIGCONT), "count" only counts. LOG gets a line for each: number, call, path.
 * Linux on x86-64 with seccomp user notification (5.5 or later); no privileges are needed. Children of the command are
 * watched too.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where a call names its file: an open file, a path, a folder and a path; two of them for those with two names. */
enum shape { DESCRIPTOR, SECOND_DESCRIPTOR_OF_COPY, PATH, AT, TWO_PATHS, TWO_AT, LINK_PATH, LINK_AT, OPEN, OPEN_AT };
/* Whether a full disk refuses it: to write and to make, but not to remove and to rename away. */
static const struct call { const char *name; long number; enum shape shape; int grows; } calls[] = {
    {"write", SYS_write, DESCRIPTOR, 1}, {"pwrite64", SYS_pwrite64, DESCRIPTOR, 1}, {"writev", SYS_writev, DESCRIPTOR, 1},
    {"pwritev", SYS_pwritev, DESCRIPTOR, 1}, {"fsync", SYS_fsync, DESCRIPTOR, 1}, {"fdatasync", SYS_fdatasync, DESCRIPTOR, 1},
    {"syncfs", SYS_syncfs, DESCRIPTOR, 1}, {"ftruncate", SYS_ftruncate, DESCRIPTOR, 1}, {"fallocate", SYS_fallocate, DESCRIPTOR, 1},
    {"fchmod", SYS_fchmod, DESCRIPTOR, 0}, {"sendfile", SYS_sendfile, DESCRIPTOR, 1},
    {"copy_file_range", SYS_copy_file_range, SECOND_DESCRIPTOR_OF_COPY, 1},
    {"openat", SYS_openat, OPEN_AT, 1}, {"open", SYS_open, OPEN, 1},
    {"rename", SYS_rename, TWO_PATHS, 0}, {"renameat", SYS_renameat, TWO_AT, 0}, {"renameat2", SYS_renameat2, TWO_AT, 0},
    {"link", SYS_link, TWO_PATHS, 1}, {"linkat", SYS_linkat, TWO_AT, 1},
    {"symlink", SYS_symlink, LINK_PATH, 1}, {"symlinkat", SYS_symlinkat, LINK_AT, 1},
    {"mkdir", SYS_mkdir, PATH, 1}, {"mkdirat", SYS_mkdirat, AT, 1},
    {"unlink", SYS_unlink, PATH, 0}, {"unlinkat", SYS_unlinkat, AT, 0}, {"rmdir", SYS_rmdir, PATH, 0},
    {"chmod", SYS_chmod, PATH, 0}, {"fchmodat", SYS_fchmodat, AT, 0}, {"utimensat", SYS_utimensat, AT, 0},
};
enum { CALLS = sizeof calls / sizeof *calls };

static const struct { const char *name; int number; } errors[] = {
    {"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EROFS", EROFS}, {"EACCES", EACCES}, {"EPERM", EPERM},
    {"ESTALE", ESTALE}, {"EMFILE", EMFILE}, {"EINTR", EINTR}, {"ENOSYS", ENOSYS}, {"EOPNOTSUPP", EOPNOTSUPP},
};

static void send_descriptor(int socket, int descriptor)
{
    char byte = 0, control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    if (sendmsg(socket, &message, 0) < 0)
        _exit(99);
}

static int receive_descriptor(int socket)
{
    char byte, control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    int descriptor = -1;
    if (recvmsg(socket, &message, 0) > 0 && CMSG_FIRSTHDR(&message))
        memcpy(&descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof descriptor);
    return descriptor;
}

/* The text at an address of another process. */
static void read_text(pid_t process, unsigned long address, char *text, size_t size)
{
    char memory[64];
    size_t got = 0;
    snprintf(memory, sizeof memory, "/proc/%d/mem", process);
    int file = open(memory, O_RDONLY | O_CLOEXEC);
    while (file >= 0 && got < size - 1) {
        /* To the end of a page at most: the next one may not be there. */
        size_t most = 4096 - (address + got) % 4096;
        ssize_t read = pread(file, text + got, most < size - 1 - got ? most : size - 1 - got, address + got);
        if (read <= 0)
            break;
        char *end = memchr(text + got, 0, read);
        got += read;
        if (end)
            break;
    }
    text[got] = 0;
    if (file >= 0)
        close(file);
}

static void path_of_descriptor(pid_t process, int descriptor, char *path, size_t size)
{
    char link[64];
    if (descriptor == AT_FDCWD)
        snprintf(link, sizeof link, "/proc/%d/cwd", process);
    else
        snprintf(link, sizeof link, "/proc/%d/fd/%d", process, descriptor);
    ssize_t length = readlink(link, path, size - 1);
    path[length < 0 ? 0 : length] = 0;
}

static void path_at(pid_t process, int folder, unsigned long address, char *path, size_t size)
{
    char text[4096], start[4096];
    if (address == 0) {
        path_of_descriptor(process, folder, path, size);
        return;
    }
    read_text(process, address, text, sizeof text);
    if (text[0] == '/') {
        snprintf(path, size, "%s", text);
        return;
    }
    path_of_descriptor(process, folder, start, sizeof start);
    snprintf(path, size, "%s/%s", start, text);
}

static void paths_of(const struct call *call, const struct seccomp_notif *request, char *first, char *second, size_t size)
{
    const unsigned long long *a = request->data.args;
    pid_t process = request->pid;
    int writes = O_CREAT | O_WRONLY | O_RDWR | O_TRUNC;
    switch (call->shape) {
    case DESCRIPTOR: path_of_descriptor(process, (int)a[0], first, size); break;
    case SECOND_DESCRIPTOR_OF_COPY: path_of_descriptor(process, (int)a[2], first, size); break;
    case PATH: path_at(process, AT_FDCWD, a[0], first, size); break;
    case AT: path_at(process, (int)a[0], a[1], first, size); break;
    case TWO_PATHS: path_at(process, AT_FDCWD, a[0], first, size); path_at(process, AT_FDCWD, a[1], second, size); break;
    case TWO_AT: path_at(process, (int)a[0], a[1], first, size); path_at(process, (int)a[2], a[3], second, size); break;
    case LINK_PATH: path_at(process, AT_FDCWD, a[1], first, size); break;
    case LINK_AT: path_at(process, (int)a[1], a[2], first, size); break;
    case OPEN: if (a[1] & writes) path_at(process, AT_FDCWD, a[0], first, size); break;
    case OPEN_AT: if (a[2] & writes) path_at(process, (int)a[0], a[1], first, size); break;
    }
}

static int install_filter(void)
{
    struct sock_filter filter[2 * CALLS + 2];
    int length = 0;
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (int i = 0; i < CALLS; i++) {
        filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, 0, 1);
        filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    }
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {length, filter};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static int usage(void)
{
    fprintf(stderr, "usage: faults -b FOLDER [-m count|once|sticky|kill|stop] [-n N] [-e ERRNO] [-l LOG] -- COMMAND...\n");
    return 2;
}

int main(int argc, char **argv)
{
    const char *below = NULL, *mode = "count", *log_path = NULL;
    long nth = 0, count = 0;
    int error = EIO, option;
    while ((option = getopt(argc, argv, "+b:m:n:e:l:")) != -1) {
        switch (option) {
        case 'b': below = optarg; break;
        case 'm': mode = optarg; break;
        case 'n': nth = atol(optarg); break;
        case 'l': log_path = optarg; break;
        case 'e':
            error = 0;
            for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
                error = strcmp(errors[i].name, optarg) ? error : errors[i].number;
            if (!error)
                return usage();
            break;
        default: return usage();
        }
    }
    if (!below || optind >= argc)
        return usage();
    size_t prefix = strlen(below);
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets))
        return 99;
    pid_t child = fork();
    if (child == 0) {
        char byte;
        int listener = install_filter();
        if (listener < 0) {
            perror("faults: seccomp");
            _exit(99);
        }
        send_descriptor(sockets[1], listener);
        if (recv(sockets[1], &byte, 1, 0) < 1)
            _exit(99);
        fcntl(listener, F_SETFD, FD_CLOEXEC);
        execvp(argv[optind], argv + optind);
        perror("faults: exec");
        _exit(127);
    }
    int listener = receive_descriptor(sockets[0]);
    if (listener < 0 || send(sockets[0], "x", 1, 0) < 0)
        return 99;
    struct seccomp_notif *request = calloc(1, 4096);
    struct seccomp_notif_resp *response = calloc(1, 4096);
    FILE *log = log_path ? fopen(log_path, "w") : NULL;
    int status = 0, ended = 0;
    for (;;) {
        ended = ended || waitpid(child, &status, WNOHANG) == child;
        struct pollfd ready = {listener, POLLIN, 0};
        int polled = poll(&ready, 1, ended ? 50 : 20);
        if (polled <= 0 && ended)
            break;
        if (polled > 0 && !(ready.revents & POLLIN) && (ready.revents & POLLHUP)) {
            if (!ended)
                waitpid(child, &status, 0);
            break;
        }
        if (polled <= 0 || !(ready.revents & POLLIN))
            continue;
        memset(request, 0, 4096);
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, request))
            continue;
        char first[8300] = "", second[8300] = "";
        const struct call *call = NULL;
        for (int i = 0; i < CALLS && !call; i++)
            call = calls[i].number == request->data.nr ? &calls[i] : NULL;
        if (call)
            paths_of(call, request, first, second, sizeof first);
        int hit = call && (!strncmp(first, below, prefix) || !strncmp(second, below, prefix));
        memset(response, 0, 4096);
        response->id = request->id;
        response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        if (hit) {
            count++;
            if (log) {
                fprintf(log, "%ld %s %s %s\n", count, call->name, first, second);
                fflush(log);
            }
            int fails = (!strcmp(mode, "once") && count == nth) || (!strcmp(mode, "sticky") && count >= nth && call->grows);
            if (fails) {
                response->flags = 0;
                response->error = -error;
            }
            if (!strcmp(mode, "stop") && count == nth)
                kill(child, SIGSTOP);
            if (!strcmp(mode, "kill") && count == nth) {
                /* It dies in the call, which is never answered and so never happens. */
                kill(child, SIGKILL);
                continue;
            }
        }
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, response);
    }
    if (!strcmp(mode, "count"))
        fprintf(stderr, "faults: %ld calls\n", count);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
