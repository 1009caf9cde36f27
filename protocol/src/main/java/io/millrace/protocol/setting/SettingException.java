package io.millrace.protocol.setting;

/** A value that a setting refuses; the message names the setting, the value and what is allowed. */
public final class SettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SettingException(String message) {
        super(message, null, false, false);
    }
}
