# Debian packages, by `cmake --workflow --preset package`: the library, and what
# programs are built with.  DEBFULLNAME and DEBEMAIL say who made them.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
	OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(name "The Rowan authors")
set(address rowan@localhost.localdomain)
if(DEFINED ENV{DEBFULLNAME})
	set(name $ENV{DEBFULLNAME})
endif()
if(DEFINED ENV{DEBEMAIL})
	set(address $ENV{DEBEMAIL})
endif()
set(CPACK_PACKAGE_CONTACT "${name} <${address}>")
set(words "Models are plain structs, queries are values that the compiler checks,
and a relation is loaded by one statement however many rows there are.")

# A program finds the library by its SONAME, which the package's name therefore holds.
set(library librowan${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${library})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "SQL models for C, on SQLite and PostgreSQL\n${words}")
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_BINARY_DIR}/triggers)

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME librowan-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "SQL models for C: headers and test fixtures\n${words}
Here are the headers, which are the manual, what pkg-config and CMake look
for, and a library of fixtures for the tests of programs.")
set(depends "${library} (= ${PROJECT_VERSION}), libsqlite3-dev (>= 3.37)")
if(ROWAN_POSTGRES)
	string(APPEND depends ", libpq-dev (>= 14)")
endif()
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ${depends})

# What every package has in its folder below /usr/share/doc.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/changelog "rowan (${PROJECT_VERSION}) unstable; urgency=medium

  * Built from ${PROJECT_VERSION}; CHANGELOG.md of the source says what is new.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
execute_process(COMMAND gzip -9nf ${CMAKE_CURRENT_BINARY_DIR}/changelog COMMAND_ERROR_IS_FATAL ANY)
foreach(component library development)
	string(TOUPPER ${component} upper)
	set(folder share/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
	install(FILES ${PROJECT_SOURCE_DIR}/LICENSE RENAME copyright
		DESTINATION ${folder} COMPONENT ${component})
	install(FILES ${CMAKE_CURRENT_BINARY_DIR}/changelog.gz
		DESTINATION ${folder} COMPONENT ${component})
endforeach()
include(CPack)
