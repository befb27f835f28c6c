#!/bin/sh
# machine.sh FOLDER COMMAND [ARGUMENT...]: runs a command as root of a copy of this machine, in which it may
# change whatever it likes: files are written elsewhere (overlayfs), processes, network, host name and
# sockets are its own. Everything is gone when the command ends. FOLDER is an empty one to mount on; the
# sources' folder, where this is started, is part of the copy wherever it lies.
set -eu
folder=$1
shift
exec unshare --mount --pid --fork --kill-child --net --uts --ipc sh -eu -c '
	folder=$1 sources=$2
	shift 2
	mount --make-rprivate /
	mount -t tmpfs -o mode=755 machine "$folder"
	copy() { # what, where: a copy that may be written
		mkdir -p "$folder/$3/upper" "$folder/$3/work"
		mount -t overlay -o "lowerdir=$1,upperdir=$folder/$3/upper,workdir=$folder/$3/work" overlay "$2"
	}
	mkdir "$folder/root"
	copy / "$folder/root" of-root
	mkdir -p "$folder/root$sources"
	copy "$sources" "$folder/root$sources" of-sources
	mount --rbind /dev "$folder/root/dev"
	mount -t proc proc "$folder/root/proc"
	mount -t tmpfs -o mode=755 run "$folder/root/run"
	mount -t tmpfs -o mode=1777 tmp "$folder/root/tmp"
	exec chroot "$folder/root" sh -c "cd \"\$0\" && exec \"\$@\"" "$sources" "$@"
' sh "$folder" "$PWD" "$@"
