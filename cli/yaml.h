/* Where it is now. */
#include "lib/record/yaml.h"
