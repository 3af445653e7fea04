// Just enough of the kernel's door to run Calico's own policy programs: maps, programs, one run on a packet.
package main

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

type mapAttr struct{ kind, keySize, valueSize, maxEntries, flags uint32 }

type elemAttr struct {
	fd         uint32
	_          uint32
	key, value uint64
	flags      uint64
}

type progAttr struct {
	kind, count    uint32
	insns, license uint64
	level, size    uint32
	log            uint64
	version, flags uint32
}

type runAttr struct {
	fd, ret           uint32
	sizeIn, sizeOut   uint32
	dataIn, dataOut   uint64
	repeat, duration  uint32
	ctxIn, ctxOut     uint32
	ctxInAt, ctxOutAt uint64
	flags, cpu, batch uint32
	_                 uint32
}

var (
	license = []byte("GPL\x00")
	packet  = make([]byte, 64)
)

func bpf(cmd int, attr unsafe.Pointer, size uintptr) (int, error) {
	for {
		r, _, e := unix.Syscall(unix.SYS_BPF, uintptr(cmd), uintptr(attr), size)
		if e == unix.EAGAIN || e == unix.EINTR {
			continue
		}
		if e != 0 {
			return -1, e
		}
		return int(r), nil
	}
}

func newMap(kind, key, value, entries, flags uint32) int {
	a := mapAttr{kind, key, value, entries, flags}
	fd, err := bpf(unix.BPF_MAP_CREATE, unsafe.Pointer(&a), unsafe.Sizeof(a))
	if err != nil {
		panic(fmt.Errorf("the kernel refuses a map: %w", err))
	}
	return fd
}

func put(fd int, key, value unsafe.Pointer) { element(unix.BPF_MAP_UPDATE_ELEM, fd, key, value) }

func get(fd int, key, value unsafe.Pointer) { element(unix.BPF_MAP_LOOKUP_ELEM, fd, key, value) }

func element(cmd, fd int, key, value unsafe.Pointer) {
	a := elemAttr{fd: uint32(fd), key: uint64(uintptr(key)), value: uint64(uintptr(value))}
	_, err := bpf(cmd, unsafe.Pointer(&a), unsafe.Sizeof(a))
	runtime.KeepAlive(key)
	runtime.KeepAlive(value)
	if err != nil {
		panic(fmt.Errorf("the kernel refuses an entry of a map: %w", err))
	}
}

func load(insns []byte) int {
	a := progAttr{kind: unix.BPF_PROG_TYPE_SCHED_CLS, count: uint32(len(insns) / 8), insns: uint64(uintptr(unsafe.Pointer(&insns[0]))), license: uint64(uintptr(unsafe.Pointer(&license[0])))}
	fd, err := bpf(unix.BPF_PROG_LOAD, unsafe.Pointer(&a), unsafe.Sizeof(a))
	runtime.KeepAlive(insns)
	if err != nil {
		panic(fmt.Errorf("the kernel refuses a program: %w", err))
	}
	return fd
}

func testRun(fd int) {
	a := runAttr{fd: uint32(fd), sizeIn: uint32(len(packet)), dataIn: uint64(uintptr(unsafe.Pointer(&packet[0]))), repeat: 1}
	if _, err := bpf(unix.BPF_PROG_TEST_RUN, unsafe.Pointer(&a), unsafe.Sizeof(a)); err != nil {
		panic(fmt.Errorf("the kernel refuses to run a program: %w", err))
	}
}
