#pragma once

/* Replaces dlopen, dlsym and dlclose of the program it is linked into: libraries under one folder are never loaded,
   and whatever is looked up in them is a function that does nothing. A compiler process uses this so that drivers that
   finish compiling at the first launch can be made to do so without running the code. The program must export its
   symbols (-export-dynamic). */

/* Chooses the folder; NULL (the default) loads everything. The string must stay alive. */
void inert_libraries_under(const char *folder);
