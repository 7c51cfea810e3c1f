# The arrows of the house. Each module is one static library of the .cc files in its folder and one test program of the
# *_test.cc files beside them; DEPS names the modules it may include, LINK the outside libraries it needs. tests/lint reads
# these calls and fails on an include without an arrow.
add_library(timebank_flags INTERFACE)
target_compile_options(timebank_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Wno-sign-conversion
                       $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)
target_include_directories(timebank_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_link_libraries(timebank_flags INTERFACE timebank_sanitize)

# The heavy headers that most files share, parsed once for libraries and once for tests.
function(timebank_precompile TARGET)
  target_precompile_headers(${TARGET} PRIVATE ${ARGN})
  target_compile_options(${TARGET} PRIVATE $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
endfunction()

function(timebank_test NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE timebank_flags ${ARG_LINK} GTest::gmock GTest::gtest_main)
  timebank_precompile(${NAME} <gmock/gmock.h> <gtest/gtest.h> <map> <memory> <optional> <string> <vector>)
  add_test(NAME ${NAME} COMMAND ${NAME})
  set_tests_properties(${NAME} PROPERTIES TIMEOUT 600 LABELS "${ARG_LABELS}")
endfunction()

function(timebank_module NAME)
  cmake_parse_arguments(ARG "" "" "DEPS;LINK;TEST_LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${NAME}/*.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$|/main\\.cc$")
  list(TRANSFORM ARG_DEPS PREPEND timebank_)
  if(sources)
    add_library(timebank_${NAME} STATIC ${sources})
    target_link_libraries(timebank_${NAME} PUBLIC ${ARG_DEPS} ${ARG_LINK} PRIVATE timebank_flags)
    target_include_directories(timebank_${NAME} PUBLIC ${CMAKE_SOURCE_DIR})
  else()
    add_library(timebank_${NAME} INTERFACE)
    target_link_libraries(timebank_${NAME} INTERFACE ${ARG_DEPS} ${ARG_LINK})
    target_include_directories(timebank_${NAME} INTERFACE ${CMAKE_SOURCE_DIR})
  endif()
  if(tests)
    timebank_test(${NAME}_test SOURCES ${tests} LINK timebank_${NAME} ${ARG_TEST_LINK} LABELS quick)
  endif()
endfunction()
