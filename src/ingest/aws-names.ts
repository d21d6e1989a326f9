/** What a person calls a resource: the last part of its ARN. Anything that is no ARN is its own name. */
export function nameFromArn(id: string): string {
  const account = /^AWS::::Account:(\d{12})$/.exec(id)?.[1];
  if (account !== undefined) return account;
  const parts = id.split(":");
  if (parts[0] !== "arn" || parts.length < 6) return id;
  const [service, rest] = [parts[2], parts.slice(5).join(":")];
  // An S3 name may be a whole key: the bucket is what policies speak of.
  if (service === "s3") return rest.split("/", 1)[0] ?? rest;
  const withoutType = /^[a-z0-9-]+:(.+)$/i.exec(rest)?.[1] ?? rest;
  return withoutType.split("/").at(-1) ?? withoutType;
}

/** ASFF resource types under the names of CloudFormation and Config, which workflows are written in. */
const types: ReadonlyMap<string, string> = new Map([
  ["AwsAccount", "AWS::::Account"],
  ["AwsApiGatewayRestApi", "AWS::ApiGateway::RestApi"],
  ["AwsAutoScalingAutoScalingGroup", "AWS::AutoScaling::AutoScalingGroup"],
  ["AwsCloudFrontDistribution", "AWS::CloudFront::Distribution"],
  ["AwsCloudTrailTrail", "AWS::CloudTrail::Trail"],
  ["AwsCodeBuildProject", "AWS::CodeBuild::Project"],
  ["AwsDynamoDbTable", "AWS::DynamoDB::Table"],
  ["AwsEc2Eip", "AWS::EC2::EIP"],
  ["AwsEc2Instance", "AWS::EC2::Instance"],
  ["AwsEc2NetworkInterface", "AWS::EC2::NetworkInterface"],
  ["AwsEc2SecurityGroup", "AWS::EC2::SecurityGroup"],
  ["AwsEc2Subnet", "AWS::EC2::Subnet"],
  ["AwsEc2Volume", "AWS::EC2::Volume"],
  ["AwsEc2Vpc", "AWS::EC2::VPC"],
  ["AwsEcrRepository", "AWS::ECR::Repository"],
  ["AwsElbv2LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer"],
  ["AwsIamAccessKey", "AWS::IAM::AccessKey"],
  ["AwsIamGroup", "AWS::IAM::Group"],
  ["AwsIamPolicy", "AWS::IAM::ManagedPolicy"],
  ["AwsIamRole", "AWS::IAM::Role"],
  ["AwsIamUser", "AWS::IAM::User"],
  ["AwsKmsKey", "AWS::KMS::Key"],
  ["AwsLambdaFunction", "AWS::Lambda::Function"],
  ["AwsRdsDbCluster", "AWS::RDS::DBCluster"],
  ["AwsRdsDbInstance", "AWS::RDS::DBInstance"],
  ["AwsRdsDbSnapshot", "AWS::RDS::DBSnapshot"],
  ["AwsRedshiftCluster", "AWS::Redshift::Cluster"],
  ["AwsS3Bucket", "AWS::S3::Bucket"],
  ["AwsS3Object", "AWS::S3::Object"],
  ["AwsSecretsManagerSecret", "AWS::SecretsManager::Secret"],
  ["AwsSnsTopic", "AWS::SNS::Topic"],
  ["AwsSqsQueue", "AWS::SQS::Queue"],
]);

/** A type we have no other name for stays what it is. */
export function resourceType(asffType: string): string {
  return types.get(asffType) ?? asffType;
}
