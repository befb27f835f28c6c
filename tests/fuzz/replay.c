/* replay - runs a fuzz target once over each file named on the command line, so that corpora are
 * tested without libFuzzer. A target that finds something aborts. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 20 };

static int replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return -1;
	}
	/* Exactly as large as the input, so that a sanitizer sees every byte read beyond it. */
	uint8_t *whole = malloc(INPUT_MAX);
	size_t n = whole ? fread(whole, 1, INPUT_MAX, file) : 0;
	uint8_t *data = malloc(n ? n : 1);
	fclose(file);
	if (!whole || !data) {
		free(whole);
		free(data);
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		data[i] = whole[i];
	free(whole);
	LLVMFuzzerTestOneInput(data, n);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (replay(argv[i]) < 0)
			return 1;
	printf("%d inputs\n", argc - 1);
	return argc > 1 ? 0 : 1;
}
