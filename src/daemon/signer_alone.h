/* daemon/signer_alone.h - `talentd signer`: the signer in a unit and under a user of its own, on
 * a socket inherited from systemd (name "signer") or made at signer.socket. It serves the user
 * that the configuration names for the daemon. */
#pragma once

/* Runs until SIGTERM. Returns the exit status. */
int signer_alone(const char *conf_path);
