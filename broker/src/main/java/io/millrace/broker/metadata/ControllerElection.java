package io.millrace.broker.metadata;

/** Elects one controller among the brokers that campaign. */
public interface ControllerElection {

    /** Stands in every election until it withdraws or the session is closed. */
    void campaign(Candidate candidate);

    /** Gives this term up, if it still lasts, and stands again. */
    void resign(ControllerTerm term);

    /** Gives this term up, if it still lasts, and stands again only after a pause: whoever else can takes the seat. */
    void vacate(ControllerTerm term);

    /** Gives up the current term, if there is one, and stands no more; another candidate is elected at once. */
    void withdraw();

    /**
     * Takes the seat from a controller that is found dead, if it is still that broker's of that epoch, and stands. Should
     * it live after all, it loses its term and nothing else.
     */
    void unseat(int controllerId, int controllerEpoch);

    /** Called on the election's threads; must only post. */
    interface Candidate {
        void onElected(ControllerTerm term);

        /** The term ended, or may have: its writes fail from now on. */
        void onDeposed(ControllerTerm term);
    }
}
