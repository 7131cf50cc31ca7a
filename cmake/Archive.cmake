# A tree that runs wherever it is unpacked: bin/, and lib/ with every library but the C library's own.
file(REMOVE_RECURSE ${TO})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${FROM} --prefix ${TO} --strip COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
set(programs ${TO}/bin/testfarm ${TO}/bin/testfarm-admin ${TO}/bin/testfarm-generate ${TO}/lib/testfarm/testfarm.fcgi)
file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${programs} RESOLVED_DEPENDENCIES_VAR libraries
     PRE_EXCLUDE_REGEXES "^ld-linux" "^lib(c|m|dl|rt|pthread|resolv|util)\\.so" POST_EXCLUDE_REGEXES "/ld-linux")
foreach(library IN LISTS libraries)
  file(INSTALL ${library} DESTINATION ${TO}/lib FOLLOW_SYMLINK_CHAIN)
endforeach()
# DT_RPATH and not DT_RUNPATH: the libraries find each other by it too.
find_program(PATCHELF patchelf REQUIRED)
foreach(program IN LISTS programs)
  get_filename_component(where ${program} DIRECTORY)
  file(RELATIVE_PATH lib ${where} ${TO}/lib)
  execute_process(COMMAND ${PATCHELF} --force-rpath --set-rpath "$ORIGIN/${lib}" ${program} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
