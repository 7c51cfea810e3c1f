# Flags every target shares; generated code gets only these, so that its warnings are not ours.
add_library(timebank_sanitize INTERFACE)
if(TIMEBANK_SANITIZE)
  target_compile_options(timebank_sanitize INTERFACE -fsanitize=${TIMEBANK_SANITIZE} -fno-omit-frame-pointer -O1)
  target_link_options(timebank_sanitize INTERFACE -fsanitize=${TIMEBANK_SANITIZE})
endif()
