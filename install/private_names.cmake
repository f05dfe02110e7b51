# Archives know no private names: whatever is not static collides with a function of the
# user's that is called the same.  What is not public gets a prefix that nobody else has.
#
#	cmake -DNM=nm -DOBJCOPY=objcopy -DARCHIVE=librowan.a -P private_names.cmake
execute_process(COMMAND ${NM} -g --defined-only ${ARCHIVE}
	OUTPUT_VARIABLE defined COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL " [A-Za-z] [A-Za-z0-9][A-Za-z0-9_]*\n" defined "${defined}")

set(renamed "")
foreach(symbol IN LISTS defined)
	string(REGEX REPLACE "^ [A-Za-z] |\n" "" name "${symbol}")
	if(NOT name MATCHES "^rowan_")
		string(APPEND renamed "${name} rowan_private_${name}\n")
	endif()
endforeach()
file(WRITE ${ARCHIVE}.renamed "${renamed}")
execute_process(COMMAND ${OBJCOPY} --redefine-syms=${ARCHIVE}.renamed ${ARCHIVE}
	COMMAND_ERROR_IS_FATAL ANY)
