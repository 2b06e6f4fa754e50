#pragma once

/// An anonymous shared file (memfd), closed on exec; -1 with errno on failure.
int sandbox_shared_file(const char *name);
