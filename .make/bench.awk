# .make/bench.awk - from the lines of build/bench.raw to the table and build/bench.json.
#
# A line is `what round=N key=value...`. Ratios are made of the two sides of one round, and the
# median of the rounds is reported: what disturbed one round, or both sides of it, weighs little.

function get(what, key, round) { return values[what, key, round] }

function median(list, n,    i, j, t) {
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
			t = list[j]; list[j] = list[j - 1]; list[j - 1] = t
		}
	return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

function middle(what, key,    i, list) {
	for (i = 1; i <= seen[what]; i++)
		list[i] = get(what, key, i)
	return median(list, seen[what])
}

# sprintf's format of a number by its size.
function short(v) { return v >= 1000 ? sprintf("%.0f", v) : v >= 10 ? sprintf("%.1f", v) : sprintf("%.2f", v) }

# ours and peer: the medians; ratio: of the pairs; most: the ratio is to be at most the target.
function row(name, unit, ours, peer, ratio, target, most,    met) {
	met = most ? ratio <= target : ratio >= target
	if (!(peer > 0))
		met = 0
	printf "%-34s %10s %10s %-9s %6.2f   %s %.1f  %s\n", name, short(ours), short(peer), unit,
		ratio, most ? "at most" : "at least", target, met ? "met" : "MISSED"
	rows = rows sprintf("%s\n  {\"name\":\"%s\",\"unit\":\"%s\",\"ours\":%.3f,\"peer\":%.3f,\"ratio\":%.4f,\"target\":%.2f,\"direction\":\"%s\",\"met\":%s}",
		rows ? "," : "", name, unit, ours, peer, ratio, target, most ? "at most" : "at least",
		met ? "true" : "false")
}

function ratio_of(a, b, key,    i, list) {
	for (i = 1; i <= seen[a]; i++)
		list[i] = get(a, key, i) / get(b, key, i)
	return median(list, seen[a])
}

{
	n = split($2, r, "=")
	line = "\"what\":\"" $1 "\""
	for (i = 2; i <= NF; i++) {
		split($i, kv, "=")
		values[$1, kv[1], r[2]] = kv[2]
		line = line ",\"" kv[1] "\":" (kv[2] == "" ? "null" : kv[2])
	}
	seen[$1] = r[2]
	raw = raw (raw ? "," : "") "\n  {" line "}"
}

END {
	printf "\ncommit %s, %d rounds of %s s, %d connections, %d cores shared by server, client and database\n",
		commit, rounds, seconds, connections, cores
	printf "Ours and the peer alternate; the ratio is the median of the rounds' ratios.\n\n"
	printf "%-34s %10s %10s %-9s %6s   %s\n", "", "talentd", "peer", "", "ratio", "target"
	if (seen["hot_ours"])
		row("hot verify, CPU a request", "us nginx", middle("hot_ours", "server_us"),
			middle("hot_nginx", "server_us"), ratio_of("hot_ours", "hot_nginx", "server_us"), 1, 1)
	if (seen["cold_ours"])
		row("cold verify, requests a second", "pgbench", middle("cold_ours", "rate"),
			middle("cold_pgbench", "rate"), ratio_of("cold_ours", "cold_pgbench", "rate"), 0.8, 0)
	if (seen["issue_ours"]) {
		for (i = 1; i <= seen["issue_ours"]; i++) {
			budget[i] = 2 * get("issue_sign", "each_us", i) + 120
			share[i] = get("issue_ours", "server_us", i) / budget[i]
		}
		row("dual issue, CPU a pair", "us 2s+120", middle("issue_ours", "server_us"),
			median(budget, seen["issue_ours"]), median(share, seen["issue_ours"]), 1, 1)
		row("dual issue, pairs a second", "pgbench", middle("issue_ours", "rate"),
			middle("issue_pgbench", "rate"), ratio_of("issue_ours", "issue_pgbench", "rate"), 0.6, 0)
	}
	if (seen["audit_busy"]) {
		row("verify while recounting, p99", "us alone", middle("audit_busy", "p99_us"),
			middle("audit_idle", "p99_us"), ratio_of("audit_busy", "audit_idle", "p99_us"), 2, 1)
		for (i = 1; i <= seen["audit_busy"]; i++)
			share[i] = get("audit_busy", "recount_ms", i) / 30000
		for (i = 1; i <= seen["audit_alone"]; i++)
			share_alone[i] = get("audit_alone", "recount_ms", i) / 30000
		row("recount alone, milliseconds", "limit", middle("audit_alone", "recount_ms"), 30000,
			median(share_alone, seen["audit_alone"]), 1, 1)
		row("recount meanwhile, milliseconds", "limit", middle("audit_busy", "recount_ms"), 30000,
			median(share, seen["audit_busy"]), 1, 1)
	}
	if (seen["idle_ours"])
		row("idle TLS connection, memory", "B nginx", middle("idle_ours", "each_bytes"),
			middle("idle_nginx", "each_bytes"), ratio_of("idle_ours", "idle_nginx", "each_bytes"), 1, 1)
	print ""
	if (seen["hot_ours"]) {
		printf "hot: %s requests/s, nginx %s; PostgreSQL %s us a request; p99 %s us, nginx %s us\n",
			short(middle("hot_ours", "rate")), short(middle("hot_nginx", "rate")),
			short(middle("hot_ours", "database_us")), short(middle("hot_ours", "p99_us")),
			short(middle("hot_nginx", "p99_us"))
		printf "     nginx with open_file_cache: %s us a request, ratio %.2f; answers of %d bytes, nginx %d\n",
			short(middle("hot_nginx_cached", "server_us")),
			ratio_of("hot_ours", "hot_nginx_cached", "server_us"),
			middle("hot_ours", "size"), middle("hot_nginx", "size")
	}
	if (seen["cold_ours"])
		printf "cold: daemon %s us, PostgreSQL %s us a request, with pgbench %s us; p99 %s us\n",
			short(middle("cold_ours", "server_us")), short(middle("cold_ours", "database_us")),
			short(middle("cold_pgbench", "database_us")),
			short(middle("cold_ours", "p99_us"))
	if (seen["audit_busy"])
		printf "recounting: %s verifications/s, alone %s\n", short(middle("audit_busy", "rate")),
			short(middle("audit_idle", "rate"))
	if (seen["issue_ours"])
		printf "issue: signature %s us; PostgreSQL %s us a pair, with pgbench %s us; p99 %s us\n",
			short(middle("issue_sign", "each_us")), short(middle("issue_ours", "database_us")),
			short(middle("issue_pgbench", "database_us")), short(middle("issue_ours", "p99_us"))
	printf "{\"commit\":\"%s\",\"rounds\":%d,\"seconds\":%s,\"connections\":%d,\"cores\":%d,\n \"results\":[%s],\n \"measurements\":[%s]}\n",
		commit, rounds, seconds, connections, cores, rows, raw >json
}
