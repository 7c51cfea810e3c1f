#include "service/rpc/own_names.h"

#include <gtest/gtest.h>
