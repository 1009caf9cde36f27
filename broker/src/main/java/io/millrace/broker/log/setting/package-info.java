/** What can be set about logs: each topic's declared settings as one value, and the intervals of a log directory. */
package io.millrace.broker.log.setting;
