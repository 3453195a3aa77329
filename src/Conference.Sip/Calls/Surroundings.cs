using Conference.Sip.Transport;
using Conference.Sip.Trunks;

namespace Conference.Sip.Calls;

/// <summary>How requests of ours find their way out of the house.</summary>
/// <param name="Locator">Places of a URI.</param>
/// <param name="Flows">Flows to places.</param>
/// <param name="Trunks">Lines to providers.</param>
/// <param name="Dead">Which places were silent a moment ago.</param>
internal sealed record Surroundings(ILocator Locator, IFlowSource Flows, ITrunkLookup Trunks, DeadServers Dead);
