using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>How requests of ours find their way out of the house.</summary>
/// <param name="Locator">Places of a URI.</param>
/// <param name="Flows">Flows to places.</param>
/// <param name="Trunks">Lines to providers.</param>
internal sealed record Surroundings(ILocator Locator, IFlowSource Flows, ITrunkLookup Trunks);
