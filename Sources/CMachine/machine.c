#include "vm_context.h"
