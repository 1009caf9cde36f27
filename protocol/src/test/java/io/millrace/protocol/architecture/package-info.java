/** The house rules that a compiler cannot see, as a checker that the architecture test of every module runs over its sources. */
package io.millrace.protocol.architecture;
